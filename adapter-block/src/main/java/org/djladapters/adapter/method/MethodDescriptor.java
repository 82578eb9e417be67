/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.method;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.format.AdapterFormat;

/**
 * A method of adapting a model: all that the rest of the program knows of it. Every method has one
 * in its folder, and {@link org.djladapters.adapter.Methods} lists them.
 *
 * @param name the method in one word, as on the command line
 * @param settings its options, and the configuration to begin with
 * @param format how its adapters lie in files, and what they are called there
 * @param learningRate the learning rate where none is chosen
 * @param color its colour in pictures, as red, green and blue of 8 bits each
 * @param budget how it spends a number of trainable parameters
 */
public record MethodDescriptor(
        String name,
        MethodSettings settings,
        AdapterFormat format,
        LearningRate learningRate,
        int color,
        Budget budget) {

    /** Describes a method of which nothing can be chosen to spend a number of parameters. */
    public MethodDescriptor(
            String name,
            MethodSettings settings,
            AdapterFormat format,
            LearningRate learningRate,
            int color) {
        this(name, settings, format, learningRate, color, Budget.NONE);
    }

    /** The learning rate of an adapter to begin with. */
    @FunctionalInterface
    public interface LearningRate {

        /**
         * Returns the rate for an adapter of some weights.
         *
         * @param steps about how many steps it trains for
         */
        float of(AdapterConfig config, List<WeightSpec> weights, int steps);

        /** Returns one rate for all adapters. */
        static LearningRate fixed(float rate) {
            return (config, weights, steps) -> rate;
        }
    }

    /**
     * {@return the configuration to begin with, which adapts all linear layers that the method can}
     */
    public AdapterConfig defaultConfig() {
        return settings.config(Map.of());
    }

    /** {@return true if the method adapts weights, and not only trains parameters as they are} */
    public boolean adaptsWeights() {
        return !settings.arguments().isEmpty();
    }
}
