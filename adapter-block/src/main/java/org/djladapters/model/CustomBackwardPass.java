/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;

/**
 * A recorded training pass with custom backward passes, from before it runs until its gradients are
 * computed. It owns what these need for that.
 */
final class CustomBackwardPass implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final BaseModel baseModel;
    private final NDManager owner;
    private final long number = NUMBERS.incrementAndGet();

    /** For each the modules of its layers. */
    private final Map<CustomBackward, List<TargetModule>> customBackwards = new LinkedHashMap<>();

    /** Whether the backward pass goes on from the inputs. */
    private boolean goesOn;

    /**
     * Makes the custom backward passes.
     *
     * @param adapters the adapters of the pass
     * @param targetModules the modules that have a custom backward pass, of one adapter each
     * @param store the source of parameter values
     */
    CustomBackwardPass(
            List<Adapter> adapters,
            Set<TargetModule> targetModules,
            BaseModel baseModel,
            ParameterStore store) {
        this.baseModel = baseModel;
        owner = baseModel.manager().newSubManager();
        try {
            Map<TargetModule, WeightAdapter> blocks = new LinkedHashMap<>();
            for (Adapter adapter : adapters) {
                blocks.putAll(adapter.targetModules());
            }
            blocks.keySet().retainAll(targetModules);
            customBackwards.putAll(
                    WeightAdapter.customBackwards(blocks, baseModel.parameters(), store, owner));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** The owner of what the pass needs until its gradients are computed. */
    NDManager owner() {
        return owner;
    }

    /** What stands in sockets. */
    Map<TargetModule, CustomBackward.Layer> layers() {
        Map<TargetModule, CustomBackward.Layer> layers = new LinkedHashMap<>();
        customBackwards.forEach(
                (custom, targetModules) -> {
                    for (int i = 0; i < targetModules.size(); i++) {
                        layers.put(targetModules.get(i), custom.layers().get(i));
                    }
                });
        return layers;
    }

    /** Computes transformed weights of shape (out, in). */
    Map<TargetModule, NDArray> weights(NDManager manager) {
        Map<TargetModule, NDArray> weights = new LinkedHashMap<>();
        customBackwards.forEach(
                (custom, targetModules) -> {
                    NDList made = custom.weights(manager);
                    for (int i = 0; i < targetModules.size(); i++) {
                        weights.put(targetModules.get(i), made.get(i));
                    }
                });
        return weights;
    }

    /** Runs the pass with what is placed, see {@link BaseModel#record}. */
    Optional<NDList> run(ParameterStore store, NDList inputs, boolean pooled) {
        try (NDManager scope = owner.newSubManager()) {
            goesOn = TransformKernel.needGradients(inputs, scope);
        }
        return baseModel.record(store, inputs, number, pooled);
    }

    /** Tells whether inputs come from something that gets gradients too. */
    boolean goesOn() {
        return goesOn;
    }

    /**
     * Computes gradients after a backward pass has come to the outputs.
     *
     * @return false if it has not come there
     */
    boolean backward() {
        try (NDManager scope = owner.newSubManager()) {
            Optional<Map<TargetModule, List<NDList>>> found = baseModel.backward(number, scope);
            found.ifPresent(
                    arrays ->
                            customBackwards.forEach(
                                    (custom, targetModules) -> {
                                        List<CustomBackward.SavedTensors> saved =
                                                saved(arrays, targetModules);
                                        if (!saved.isEmpty()) {
                                            custom.backward(saved, scope);
                                        }
                                    }));
            return found.isPresent();
        }
    }

    private static List<CustomBackward.SavedTensors> saved(
            Map<TargetModule, List<NDList>> arrays, List<TargetModule> targetModules) {
        List<CustomBackward.SavedTensors> saved = new ArrayList<>();
        for (int i = 0; i < targetModules.size(); i++) {
            for (NDList use : arrays.getOrDefault(targetModules.get(i), List.of())) {
                saved.add(new CustomBackward.SavedTensors(i, use));
            }
        }
        return saved;
    }

    @Override
    public void close() {
        baseModel.forget(number);
        owner.close();
    }
}
