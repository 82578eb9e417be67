/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.surgery.Applied;

/**
 * A cache of what passes without gradients apply of single adapters, such as the blocks of C. It is
 * computed from their parameters and kept within a number of bytes, the least recently used is
 * released first. Safe for threads.
 */
final class AdapterCache {

    private final Weights weights;
    private final StepBoundary boundary;
    private final long limit;

    /** The least recently used first. */
    private final Map<Adapter, Lease> leases = new LinkedHashMap<>(16, 0.75f, true);

    /** The marks of the states of adapters, which outlive what is kept of them. */
    private final Map<Adapter, Mark> marks = new WeakHashMap<>();

    private long bytes;

    /** A state of an adapter, another one by identity after every change. */
    private record Mark(long version, Object identity) {}

    /** Begins empty; the limit is the number of bytes that are kept besides those in use. */
    AdapterCache(Weights weights, StepBoundary boundary, long limit) {
        this.weights = weights;
        this.boundary = boundary;
        this.limit = limit;
    }

    /** The weights and transforms of an adapter, which stay until each of its users closes it. */
    final class Lease implements AutoCloseable {

        private final Weights.Computed computed;
        private final Object mark;
        private final long bytes;
        private int users;
        private boolean kept = true;

        private Lease(Weights.Computed computed, Object mark) {
            this.computed = computed;
            this.mark = mark;
            bytes =
                    computed.manager().getManagedArrays().stream()
                            .mapToLong(AdapterCache::bytes)
                            .sum();
        }

        Applied applied() {
            return computed.applied();
        }

        /** Stands by identity for the state of the adapter. */
        Object mark() {
            return mark;
        }

        private void closeIfUnused() {
            if (!kept && users == 0) {
                computed.close();
            }
        }

        @Override
        public void close() {
            synchronized (AdapterCache.this) {
                users--;
                closeIfUnused();
                shrink();
            }
        }
    }

    private static long bytes(NDArray array) {
        return array.size() * array.getDataType().getNumOfBytes();
    }

    /** Returns the weights and transforms of an adapter. */
    synchronized Lease lease(Adapter adapter, boolean trained) {
        List<Adapter> alone = List.of(adapter);
        Lease known = leases.get(adapter);
        if (known != null && trained && boundary.version(alone) != known.computed.version()) {
            drop(adapter);
            known = null;
        }
        if (known == null) {
            Weights.Computed made = weights.forMixedBatch(adapter);
            known = new Lease(made, mark(adapter, made.version()));
            leases.put(adapter, known);
            bytes += known.bytes;
        }
        known.users++;
        shrink();
        return known;
    }

    private Object mark(Adapter adapter, long version) {
        Mark mark = marks.get(adapter);
        if (mark == null || mark.version() != version) {
            mark = new Mark(version, new Object());
            marks.put(adapter, mark);
        }
        return mark.identity();
    }

    /** Releases what has been used least recently and is not in use, until the rest fits. */
    private void shrink() {
        Iterator<Map.Entry<Adapter, Lease>> oldest = leases.entrySet().iterator();
        while (bytes > limit && oldest.hasNext()) {
            Lease lease = oldest.next().getValue();
            if (lease.users == 0) {
                oldest.remove();
                release(lease);
            }
        }
    }

    /** Releases the weights and transforms of an adapter once no pass uses them. */
    synchronized void drop(Adapter adapter) {
        marks.remove(adapter);
        Lease dropped = leases.remove(adapter);
        if (dropped != null) {
            release(dropped);
        }
    }

    /** Releases everything once no pass uses it. */
    synchronized void clear() {
        List<Lease> all = new ArrayList<>(leases.values());
        leases.clear();
        marks.clear();
        all.forEach(this::release);
    }

    private void release(Lease lease) {
        bytes -= lease.bytes;
        lease.kept = false;
        lease.closeIfUnused();
    }
}
