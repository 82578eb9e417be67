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
    private final Map<Adapter, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** The marks of the states of adapters, which outlive what is kept of them. */
    private final Map<Adapter, Mark> marks = new WeakHashMap<>();

    private long bytes;

    /** A state of an adapter, another one by identity after every change. */
    private record Mark(long version, Object identity) {}

    /**
     * Begins empty.
     *
     * @param limit how many bytes are kept besides those that passes use
     */
    AdapterCache(Weights weights, StepBoundary boundary, long limit) {
        this.weights = weights;
        this.boundary = boundary;
        this.limit = limit;
    }

    /** The weights and transforms of an adapter, and the number of passes that use them now. */
    private static final class Entry {

        private final Weights.Computed computed;
        private final Object mark;
        private final long bytes;
        private int users;
        private boolean kept = true;

        Entry(Weights.Computed computed, Object mark) {
            this.computed = computed;
            this.mark = mark;
            bytes =
                    computed.manager().getManagedArrays().stream()
                            .mapToLong(AdapterCache::bytes)
                            .sum();
        }

        void closeIfUnused() {
            if (!kept && users == 0) {
                computed.close();
            }
        }
    }

    private static long bytes(NDArray array) {
        return array.size() * array.getDataType().getNumOfBytes();
    }

    /** The use of the weights and transforms of an adapter, which stay until this is closed. */
    final class Lease implements AutoCloseable {

        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        Applied applied() {
            return entry.computed.applied();
        }

        /** Stands by identity for the state of the adapter. */
        Object mark() {
            return entry.mark;
        }

        @Override
        public void close() {
            synchronized (AdapterCache.this) {
                entry.users--;
                entry.closeIfUnused();
                shrink();
            }
        }
    }

    /**
     * Returns the weights and transforms of an adapter.
     *
     * @param adapter the adapter, which stays as it is until the lease is closed
     * @param trained whether an optimizer may have changed its parameters
     */
    synchronized Lease lease(Adapter adapter, boolean trained) {
        List<Adapter> alone = List.of(adapter);
        Entry known = entries.get(adapter);
        if (known != null && trained && boundary.version(alone) != known.computed.version()) {
            drop(adapter);
            known = null;
        }
        if (known == null) {
            Weights.Computed made = weights.forMixedBatch(adapter);
            known = new Entry(made, mark(adapter, made.version()));
            entries.put(adapter, known);
            bytes += known.bytes;
        }
        known.users++;
        shrink();
        return new Lease(known);
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
        Iterator<Map.Entry<Adapter, Entry>> oldest = entries.entrySet().iterator();
        while (bytes > limit && oldest.hasNext()) {
            Entry entry = oldest.next().getValue();
            if (entry.users == 0) {
                oldest.remove();
                release(entry);
            }
        }
    }

    /** Releases the weights and transforms of an adapter once no pass uses them. */
    synchronized void drop(Adapter adapter) {
        marks.remove(adapter);
        Entry dropped = entries.remove(adapter);
        if (dropped != null) {
            release(dropped);
        }
    }

    /** Releases everything once no pass uses it. */
    synchronized void clear() {
        List<Entry> all = new ArrayList<>(entries.values());
        entries.clear();
        marks.clear();
        all.forEach(this::release);
    }

    private void release(Entry entry) {
        bytes -= entry.bytes;
        entry.kept = false;
        entry.closeIfUnused();
    }
}
