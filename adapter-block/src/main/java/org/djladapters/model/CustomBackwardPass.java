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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.TransformKernel;
import org.djladapters.surgery.BaseModel;

/**
 * A recorded training pass, from before it runs until its gradients are computed, with the adapters
 * on tapes, as far as they can be. It owns what the tapes need for that.
 */
final class CustomBackwardPass implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final BaseModel baseModel;
    private final NDManager owner;
    private final long number = NUMBERS.incrementAndGet();
    private final Map<CustomBackward, List<String>> tapes = new LinkedHashMap<>();

    /** Whether the backward pass goes on from the inputs. */
    private boolean goesOn;

    /** Puts the adapters on tapes that the tapes, the sockets and the types of weights allow. */
    CustomBackwardPass(List<Adapter> adapters, BaseModel baseModel, ParameterStore store) {
        this.baseModel = baseModel;
        owner = baseModel.manager().newSubManager();
        try {
            Map<WeightAdapter, String> paths = new LinkedHashMap<>();
            Map<WeightAdapter, NDArray> weights = new LinkedHashMap<>();
            candidates(adapters)
                    .forEach(
                            (targetModule, block) -> {
                                paths.put(block, targetModule.path());
                                weights.put(
                                        block,
                                        baseModel.parameters().get(targetModule.parameter()));
                            });
            WeightAdapter.customBackwards(weights, store, owner)
                    .forEach(
                            (tape, blocks) ->
                                    tapes.put(tape, blocks.stream().map(paths::get).toList()));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** The target modules that one adapter has for itself and whose sockets take weights. */
    private static Map<TargetModule, WeightAdapter> candidates(List<Adapter> adapters) {
        Map<TargetModule, WeightAdapter> candidates = new LinkedHashMap<>();
        for (Adapter adapter : adapters) {
            adapter.targetModules()
                    .forEach(
                            (targetModule, block) -> {
                                if (isAlone(targetModule, adapter, adapters)
                                        && targetModule.allowsCustomBackward()
                                        && block.allowsCustomBackward()) {
                                    candidates.put(targetModule, block);
                                }
                            });
        }
        return candidates;
    }

    private static boolean isAlone(
            TargetModule targetModule, Adapter adapter, List<Adapter> adapters) {
        return adapter.config().moduleDropout() == 0
                && adapters.stream()
                        .noneMatch(
                                other ->
                                        other.savedModules().containsKey(targetModule.parameter())
                                                || (other != adapter
                                                        && other.targetModules()
                                                                .containsKey(targetModule)));
    }

    /** What is plugged, by the paths of target modules. */
    Map<String, CustomBackward.Layer> plugged() {
        Map<String, CustomBackward.Layer> plugged = new HashMap<>();
        tapes.forEach(
                (tape, paths) -> {
                    for (int i = 0; i < paths.size(); i++) {
                        plugged.put(paths.get(i), tape.layers().get(i));
                    }
                });
        return plugged;
    }

    /** Computes transformed weights, by the paths of target modules, of shape (out, in). */
    Map<String, NDArray> weights(NDManager manager) {
        Map<String, NDArray> weights = new HashMap<>();
        tapes.forEach(
                (tape, paths) -> {
                    NDList made = tape.weights(manager);
                    for (int i = 0; i < paths.size(); i++) {
                        weights.put(paths.get(i), made.get(i));
                    }
                });
        return weights;
    }

    /** Runs the pass with what is plugged, see {@link BaseModel#record}. */
    Optional<NDList> run(ParameterStore store, NDList inputs) {
        try (NDManager scope = owner.newSubManager()) {
            goesOn = TransformKernel.needGradients(inputs, scope);
        }
        return baseModel.record(store, inputs, number);
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
            Optional<Map<String, List<NDList>>> found = baseModel.backward(number, scope);
            if (found.isEmpty()) {
                return false;
            }
            tapes.forEach(
                    (tape, paths) -> {
                        List<CustomBackward.SavedTensors> passages = passages(found.get(), paths);
                        if (!passages.isEmpty()) {
                            tape.backward(passages, scope);
                        }
                    });
            return true;
        }
    }

    private static List<CustomBackward.SavedTensors> passages(
            Map<String, List<NDList>> found, List<String> paths) {
        List<CustomBackward.SavedTensors> passages = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            for (NDList results : found.getOrDefault(paths.get(i), List.of())) {
                passages.add(new CustomBackward.SavedTensors(i, results));
            }
        }
        return passages;
    }

    @Override
    public void close() {
        baseModel.forget(number);
        owner.close();
    }
}
