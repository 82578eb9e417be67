/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.io.Internal;

/**
 * A description of what an adapter trains in a model, besides a head that it may bring.
 *
 * @param config the configuration, with the targets filled in that depend on the model
 * @param targetModules the adapted weights and their Blocks, which may not be initialized, in the
 *     order of the model
 * @param trained the base model's parameters that are trained as they are, by name
 * @param warnings what the user may not have meant, in sentences
 */
public record AdapterSpec(
        AdapterConfig config,
        Map<TargetModule, WeightAdapter> targetModules,
        Map<String, Shape> trained,
        List<String> warnings) {

    /** Copies what may change. */
    public AdapterSpec {
        targetModules = Collections.unmodifiableMap(new LinkedHashMap<>(targetModules));
        trained = Collections.unmodifiableMap(new LinkedHashMap<>(trained));
        warnings = List.copyOf(warnings);
    }

    /**
     * {@return how a recorded training pass serves every adapted module while no other adapter is
     * active}
     */
    @Internal
    public Map<TargetModule, Placement> trainingPlacements() {
        return PlacementPlanner.plan(List.of(this), PlacementPlanner.Purpose.RECORDED_TRAINING);
    }

    /** {@return the trainable parameters that several Blocks share, by name, usually none} */
    public Map<String, Parameter> sharedParameters() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        targetModules.values().forEach(block -> all.putAll(block.sharedParameters()));
        return all;
    }

    private long blocksSize() {
        return Stream.concat(
                        targetModules.values().stream().map(WeightAdapter::size),
                        sharedParameters().values().stream().map(p -> p.getShape().size()))
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * {@return the number of trainable parameters of the method itself} These are in adapted
     * weights and in parameters of the base model that it trains as they are, without the modules
     * to save.
     */
    public long adapterSize() {
        long base =
                trained.entrySet().stream()
                        .filter(entry -> !isInSavedModule(entry.getKey()))
                        .mapToLong(entry -> entry.getValue().size())
                        .sum();
        return blocksSize() + base;
    }

    private boolean isInSavedModule(String parameter) {
        for (int dot = parameter.indexOf('.'); dot >= 0; dot = parameter.indexOf('.', dot + 1)) {
            if (Targets.hasSuffix(parameter.substring(0, dot), config.modulesToSave())) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the share of the outputs of the adapted layers that the method can change} It is a
     * number from 0 to 1, 0 where no layer is adapted. A compound adapter leaves those alone that
     * its blocks do not fill.
     */
    public double coverage() {
        long outputs = targetModules.keySet().stream().mapToLong(m -> m.weight().features()).sum();
        long covered = targetModules.values().stream().mapToLong(WeightAdapter::covered).sum();
        return outputs == 0 ? 0 : (double) covered / outputs;
    }

    /** {@return a sentence that says what would use the parameters better, if anything would} */
    public Optional<String> hint() {
        return config.hint(targetModules.keySet().stream().map(TargetModule::weight).toList());
    }

    /** {@return the number of all trainable parameters} */
    public long size() {
        return blocksSize() + trained.values().stream().mapToLong(Shape::size).sum();
    }
}
