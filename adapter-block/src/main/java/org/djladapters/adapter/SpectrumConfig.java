/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;

/**
 * What the configurations of FourierFT and WaveFT have in common: how many coefficients of the
 * update train, in which places, and the factor of the update.
 */
public abstract class SpectrumConfig extends MethodConfig {

    /** Takes the options that a builder holds, as {@link MethodConfig} does. */
    @Internal
    protected SpectrumConfig(
            String method,
            Builder<?> builder,
            Supplier<? extends Builder<?>> newBuilder,
            Option<?>... shown) {
        super(method, builder, newBuilder, shown);
    }

    /** {@return the number of trained coefficients of modules without a pattern} */
    public final int frequencies() {
        return get(CommonOptions.FREQUENCIES);
    }

    /** {@return the factor of the update, s} */
    public final double scaling() {
        return get(CommonOptions.UPDATE_SCALING);
    }

    /** {@return the seed from which the places are drawn} */
    public final int seed() {
        return get(CommonOptions.FREQUENCY_SEED);
    }

    /** Returns the number of coefficients of a module. */
    @Internal
    protected final int frequencies(String path) {
        return get(CommonOptions.FREQUENCY_PATTERN).valueFor(path, frequencies());
    }

    @Override
    public final List<String> warnings(List<String> paths) {
        return get(CommonOptions.FREQUENCY_PATTERN).warning("frequency pattern", paths).stream()
                .toList();
    }

    /**
     * Refuses a number of coefficients that a weight does not have.
     *
     * @throws IllegalArgumentException if it has fewer entries
     */
    @Internal
    protected static int requireFrequencies(WeightSpec weight, int count) {
        long size = weight.shape().size();
        if (count > size) {
            throw new IllegalArgumentException(
                    "A weight of %d numbers has no %d frequencies; choose at most %d"
                            .formatted(size, count, size));
        }
        return count;
    }

    /** Builds a configuration. */
    public abstract static class Builder<T extends Builder<T>> extends MethodConfig.Builder<T> {

        /** Starts with the defaults of a method. */
        protected Builder(int frequencies, double scaling) {
            set(CommonOptions.FREQUENCIES, frequencies);
            set(CommonOptions.UPDATE_SCALING, scaling);
        }

        /**
         * Sets the number of trained coefficients of a layer. Default: that of PEFT, 1000 for
         * FourierFT and 2592 for WaveFT.
         *
         * @param frequencies a number &ge; 1, at most that of the entries of a weight
         */
        public T optFrequencies(int frequencies) {
            return set(CommonOptions.FREQUENCIES, frequencies);
        }

        /**
         * Sets the factor of the update. Default: that of PEFT, 150 for FourierFT and 25 for
         * WaveFT.
         *
         * @param scaling a positive number
         */
        public T optScaling(double scaling) {
            return set(CommonOptions.UPDATE_SCALING, scaling);
        }

        /**
         * Sets the seed from which the places are drawn. Default: 777, as in PEFT.
         *
         * @param seed a number of at least 0
         */
        public T optSeed(int seed) {
            return set(CommonOptions.FREQUENCY_SEED, seed);
        }

        /**
         * Sets other numbers of coefficients for some modules. A key is a regular expression for a
         * whole path or what follows a dot in it; of several for one module the first counts, as in
         * PEFT.
         *
         * @param frequencies numbers by pattern, in their order
         */
        public T optFrequencyPattern(Map<String, Integer> frequencies) {
            return set(CommonOptions.FREQUENCY_PATTERN, ModulePatterns.inOrder(frequencies));
        }
    }
}
