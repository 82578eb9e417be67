/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.surgery.BaseModel;

/**
 * The last step of a backward pass: the custom backward passes of adapters, with the modules that
 * each serves.
 */
final class CustomBackwards implements AutoCloseable {

    private final NDManager owner;
    private final Map<CustomBackward, List<TargetModule>> modules = new LinkedHashMap<>();

    /** Makes them for modules of one adapter each. */
    CustomBackwards(
            List<Adapter> adapters,
            Set<TargetModule> targetModules,
            BaseModel baseModel,
            ParameterStore store) {
        owner = baseModel.manager().newSubManager();
        try {
            Map<TargetModule, WeightAdapter> blocks = new LinkedHashMap<>();
            for (Adapter adapter : adapters) {
                blocks.putAll(adapter.targetModules());
            }
            blocks.keySet().retainAll(targetModules);
            modules.putAll(
                    WeightAdapter.customBackwards(blocks, baseModel.parameters(), store, owner));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    NDManager owner() {
        return owner;
    }

    /** Returns what goes into sockets. */
    Map<TargetModule, CustomBackward.Layer> layers() {
        return byModule(CustomBackward::layers);
    }

    /** Computes transformed weights of shape (out, in). */
    Map<TargetModule, NDArray> weights(NDManager manager) {
        return byModule(custom -> custom.weights(manager));
    }

    private <T> Map<TargetModule, T> byModule(Function<CustomBackward, List<T>> results) {
        Map<TargetModule, T> found = new LinkedHashMap<>();
        modules.forEach(
                (custom, own) -> {
                    List<T> made = results.apply(custom);
                    for (int i = 0; i < own.size(); i++) {
                        found.put(own.get(i), made.get(i));
                    }
                });
        return found;
    }

    /** Computes the gradients of the adapters from what a pass saved of every use of a module. */
    void backward(Map<TargetModule, List<NDList>> uses, NDManager scope) {
        modules.forEach(
                (custom, own) -> {
                    List<CustomBackward.SavedTensors> saved = new ArrayList<>();
                    for (int i = 0; i < own.size(); i++) {
                        for (NDList use : uses.getOrDefault(own.get(i), List.of())) {
                            saved.add(new CustomBackward.SavedTensors(i, use));
                        }
                    }
                    if (!saved.isEmpty()) {
                        custom.backward(saved, scope);
                    }
                });
    }

    @Override
    public void close() {
        owner.close();
    }
}
