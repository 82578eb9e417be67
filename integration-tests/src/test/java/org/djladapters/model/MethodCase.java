/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;

/**
 * A method with options on a model, and what it promises there.
 *
 * @param name tells method, options and model
 * @param model the folder of the model
 * @param config the configuration
 * @param start where the adapter starts
 * @param size the trainable parameters of an adapted weight
 * @param shared the trainable parameters that all adapted weights share
 * @param saved which parameters of the base model are trained as they are
 * @param still what has no gradient at the start, by the ends of names
 * @param random whether training passes draw what they leave out
 */
record MethodCase(
        String name,
        String model,
        AdapterConfig config,
        Start start,
        ToLongFunction<WeightSpec> size,
        long shared,
        Predicate<String> saved,
        List<String> still,
        boolean random) {

    /** Where an adapter starts. */
    enum Start {
        /** At the identity: outputs are those of the base model bit for bit. */
        IDENTITY,
        /** At the identity but for the rounding of factors that are one. */
        ROUNDED,
        /** Elsewhere. */
        ELSEWHERE
    }

    static MethodCase of(
            String options, String model, AdapterConfig config, ToLongFunction<WeightSpec> size) {
        String name = config.method() + (options.isEmpty() ? "" : " " + options) + " on " + model;
        return new MethodCase(
                name, model, config, Start.IDENTITY, size, 0, key -> false, List.of(), false);
    }

    MethodCase starts(Start where) {
        return new MethodCase(name, model, config, where, size, shared, saved, still, random);
    }

    MethodCase saves(Predicate<String> parameters) {
        return new MethodCase(name, model, config, start, size, shared, parameters, still, random);
    }

    MethodCase holdsStill(String... parameters) {
        return new MethodCase(
                name, model, config, start, size, shared, saved, List.of(parameters), random);
    }

    MethodCase shares(long parameters) {
        return new MethodCase(name, model, config, start, size, parameters, saved, still, random);
    }

    MethodCase draws() {
        return new MethodCase(name, model, config, start, size, shared, saved, still, true);
    }

    /** The number of all trainable parameters. */
    long expectedSize(AdaptedModel on) {
        List<TargetModule> targetModules =
                config.targets().isNone() ? List.of() : on.targetModules(config.targets());
        long adapted =
                targetModules.stream()
                        .mapToLong(targetModule -> size.applyAsLong(targetModule.weight()))
                        .sum();
        long trained =
                on.baseParameters().entrySet().stream()
                        .filter(entry -> saved.test(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .mapToLong(NDArray::size)
                        .sum();
        return adapted + shared + trained;
    }

    /** Tells whether weights of the model are trained beside those of the adapter. */
    boolean trainsWeights() {
        return config.bias() != Bias.NONE || !config.modulesToSave().isEmpty();
    }

    /** Tells whether a parameter has a gradient of exactly zero at the start. */
    boolean isStill(String parameter) {
        return still.stream().anyMatch(parameter::endsWith);
    }

    @Override
    public String toString() {
        return name;
    }
}
