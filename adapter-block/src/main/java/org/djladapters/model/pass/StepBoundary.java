/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.djladapters.adapter.Adapter;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * The parameters that predictions read: those of a boundary between two steps.
 *
 * <p>They are the parameters themselves where every update is known, as nothing is read meanwhile.
 * A training pass that anything else runs is followed by an update at any time, parameter by
 * parameter, so copies are held from that pass on. The thread that trains knows when no update is
 * under way: at its next training pass, when it predicts, and when it closes what its passes
 * belonged to. Safe for threads that read, not for those that change.
 */
final class StepBoundary {

    private final NDManager manager;
    private final String id = "step-boundary-" + UUID.randomUUID();
    private final Map<Adapter, Copies> held = new LinkedHashMap<>();

    private long thread;

    /** The manager of the last training pass's store. */
    private NDManager training;

    /** Copies of an adapter's parameters, with the version that these had then. */
    private record Copies(Map<Parameter, NDArray> values, long version, NDManager owner) {}

    StepBoundary(NDManager manager) {
        this.manager = manager;
    }

    /** Holds copies of the parameters as they are, until a store's manager is closed. */
    void hold(List<Adapter> adapters, NDManager store, Runnable onClose) {
        thread = Thread.currentThread().getId();
        if (training != store) {
            stopWatching();
            store.attachUncappedInternal(id, onClose::run);
            training = store;
        }
        Set<Adapter> all = new LinkedHashSet<>(held.keySet());
        all.addAll(adapters);
        all.stream().filter(a -> !held.containsKey(a) || hasChanged(a)).forEach(this::copy);
    }

    private void stopWatching() {
        if (training != null && training.isOpen()) {
            training.detachInternal(id);
        }
        training = null;
    }

    private void copy(Adapter adapter) {
        forget(adapter);
        Map<Parameter, NDArray> values = new LinkedHashMap<>();
        adapter.parameters().values().forEach(p -> values.put(p, p.getArray()));
        if (values.isEmpty()) {
            return;
        }
        NDManager owner = manager.newSubManager();
        Map<Parameter, NDArray> copies = TransformKernel.copies(values, owner);
        held.put(adapter, new Copies(copies, versionNow(adapter), owner));
    }

    /** Tells whether this thread is the one that trains and has made updates since. */
    boolean isBehind() {
        return Thread.currentThread().getId() == thread
                && held.keySet().stream().anyMatch(this::hasChanged);
    }

    /** Moves to the parameters as they are if this thread is the one that trains. */
    void catchUp() {
        if (isBehind()) {
            List.copyOf(held.keySet()).stream().filter(this::hasChanged).forEach(this::copy);
        }
    }

    boolean holds(Adapter adapter) {
        return held.containsKey(adapter);
    }

    boolean holdsAny() {
        return !held.isEmpty();
    }

    /** Notes that a manager was closed; if it is that of the last pass, its updates are over. */
    void end(NDManager store) {
        if (training == store) {
            training = null;
            // where nothing has changed since the pass the update may still come
            List.copyOf(held.keySet()).stream().filter(this::hasChanged).forEach(this::forget);
        }
    }

    /** Reads an adapter's own parameters from now on. */
    void forget(Adapter adapter) {
        Copies copies = held.remove(adapter);
        if (copies != null) {
            copies.owner().close();
        }
    }

    /** Reads all parameters themselves from now on. */
    void forget() {
        List.copyOf(held.keySet()).forEach(this::forget);
        stopWatching();
    }

    private boolean hasChanged(Adapter adapter) {
        return held.get(adapter).version() != versionNow(adapter);
    }

    /** Returns a number that changes with every change of what predictions read of the adapters. */
    long version(List<Adapter> adapters) {
        long version = 0;
        List<NDArray> arrays = new ArrayList<>();
        for (Adapter adapter : adapters) {
            Copies copies = held.get(adapter);
            if (copies == null) {
                adapter.parameters().values().forEach(p -> arrays.add(p.getArray()));
            } else {
                version += copies.version();
            }
        }
        return version + versionOf(arrays);
    }

    private long versionNow(Adapter adapter) {
        return versionOf(adapter.parameters().values().stream().map(Parameter::getArray).toList());
    }

    private long versionOf(List<NDArray> arrays) {
        if (arrays.isEmpty()) {
            return 0;
        }
        try (NDManager scope = manager.newSubManager()) {
            return TransformKernel.versions(arrays, scope);
        }
    }

    /** Returns the store that gives predictions the values of parameters. */
    ParameterStore store(NDManager owner) {
        return new ParameterStore(owner, false) {
            @Override
            public NDArray getValue(Parameter parameter, Device device, boolean training) {
                for (Copies copies : held.values()) {
                    NDArray copy = copies.values().get(parameter);
                    if (copy != null) {
                        return copy;
                    }
                }
                return super.getValue(parameter, device, training);
            }
        };
    }
}
