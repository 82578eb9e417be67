/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.surgery.BaseModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merges adapters into the weights of a model, for a time or for good, or into copies of them. */
public final class Merging {

    private static final Logger logger = LoggerFactory.getLogger(Merging.class);

    private final ModelState state;
    private final BaseModel baseModel;

    /** The base model's parameters that adapters have changed for good. */
    private final Set<String> replaced = new LinkedHashSet<>();

    /** A sample of the base model's weights; null before it is asked for, and after a change. */
    private volatile float[] sample;

    public Merging(ModelState state) {
        this.state = state;
        baseModel = state.baseModel();
    }

    /** Merges adapters after those that are merged already. */
    public void merge(List<String> names, boolean onlyFinite) {
        AdapterStates adapters = state.adapters();
        state.lock()
                .alone(
                        () -> {
                            state.requireOpen();
                            state.boundary.catchUp();
                            adapters.requireEnabled("they are merged");
                            List<String> all = adapters.afterMerging(names);
                            if (all.equals(adapters.merged())) {
                                logger.warn(
                                        "Adapters {} are merged already; nothing changes", names);
                                return;
                            }
                            state.applied.apply(adapters.get(all), onlyFinite);
                            adapters.setMerged(all);
                        });
    }

    /** Makes the weights with adapters the base model's own and deletes all adapters. */
    public void mergeAndUnload(List<String> names) {
        state.lock().alone(() -> keepMerged(names));
    }

    private void keepMerged(List<String> names) {
        state.requireOpen();
        state.boundary.catchUp();
        state.adapters().requireEnabled("they are merged");
        List<Adapter> all = state.adapters().get(state.adapters().afterMerging(names));
        all.forEach(Merging::requireNoHead);
        try (Weights.Computed last = state.weights.merged(all, true)) {
            state.applied.remove();
            Map<String, NDArray> weights = last.applied().weights();
            baseModel.keep(weights);
            replaced.addAll(weights.keySet());
            sample = null;
            state.applied.renewBase();
            state.replicas.clear();
            // the new weights come to lie as the choice takes them best, too
            state.chooseAgain();
        }
        state.unload();
    }

    private static void requireNoHead(Adapter adapter) {
        if (adapter.head() != null) {
            throw new IllegalStateException(
                    "Adapter '%s' has a head, for which the base model has no place; export the model with TaskModel instead"
                            .formatted(adapter.name()));
        }
        if (!adapter.resized().isEmpty()) {
            throw new IllegalStateException(
                    "Adapter '%s' has a head of another size than the base model, which keeps its own; export the model with TaskModel instead"
                            .formatted(adapter.name()));
        }
    }

    /**
     * Returns the model's parameters that differ from those it was opened with, for exactly the
     * adapters that are named, and along with what else is read of these: nothing is changed
     * meanwhile.
     *
     * @param names the adapters in the order in which they act; none for the model without
     * @param reader takes these adapters; what it throws ends the call
     * @throws IllegalStateException if a weight would not be finite, or two of these adapters have
     *     a head or train the same module in full
     */
    public Map<String, NDArray> weights(
            NDManager manager, List<String> names, Consumer<List<Adapter>> reader) {
        return state.lock().alone(() -> copies(manager, names, reader));
    }

    private Map<String, NDArray> copies(
            NDManager manager, List<String> names, Consumer<List<Adapter>> reader) {
        state.requireOpen();
        List<Adapter> adapters = state.adapters().get(names);
        AdapterStates.requireOneHead(adapters);
        state.boundary.catchUp();
        reader.accept(adapters);
        Map<String, NDArray> results = new LinkedHashMap<>();
        try (Weights.Computed merged = state.weights.merged(adapters, true)) {
            results.putAll(merged.applied().weights());
            for (String name : replaced) {
                results.computeIfAbsent(name, n -> baseModel.parameters().get(n).duplicate());
            }
            results.values().forEach(array -> array.attach(manager));
        }
        return results;
    }

    /** Returns a sample of the base model's weights, taken once until these change for good. */
    public float[] baseSample(Function<Map<String, NDArray>, float[]> taking) {
        return state.lock()
                .read(
                        () -> {
                            if (sample == null) {
                                sample = taking.apply(baseModel.parameters());
                            }
                            return sample;
                        });
    }
}
