/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.function.Supplier;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;

/**
 * What the configurations of methods that add an update of low rank to a weight have in common: its
 * rank, and dropout.
 */
public abstract class LowRankConfig extends MethodConfig {

    /** Takes the options that a builder holds, as {@link MethodConfig} does. */
    @Internal
    protected LowRankConfig(
            String method,
            Builder<?> builder,
            Supplier<? extends Builder<?>> newBuilder,
            Option<?>... shown) {
        super(method, builder, newBuilder, shown);
    }

    /** {@return the rank r} */
    public final int rank() {
        return get(CommonOptions.RANK);
    }

    /**
     * {@return the probability with which an input of the update is left out in a training step, a
     * number in [0, 1)}
     */
    public final double dropout() {
        return get(CommonOptions.DROPOUT);
    }

    @Override
    public final boolean variesInTraining() {
        return dropout() > 0 || super.variesInTraining();
    }

    /**
     * Refuses a rank that a matrix of the shape of a weight can't have.
     *
     * @param rank the rank
     * @throws IllegalArgumentException if the weight has fewer inputs or outputs
     */
    protected static void requireRank(WeightSpec weight, int rank) {
        int largest = Math.min(weight.inputs(), weight.features());
        if (rank > largest) {
            throw new IllegalArgumentException(
                    ("A weight of %d inputs and %d outputs can't have rank %d; choose a rank"
                                    + " from 1 to %d")
                            .formatted(weight.inputs(), weight.features(), rank, largest));
        }
    }

    /** Builds a configuration. */
    public abstract static class Builder<T extends Builder<T>> extends MethodConfig.Builder<T> {

        /**
         * Starts with all options at their defaults.
         *
         * @param rank the default of the rank
         */
        protected Builder(int rank) {
            set(CommonOptions.RANK, rank);
        }

        /**
         * Sets the rank. Default: {@code DEFAULT_RANK} of the configuration.
         *
         * @param rank a number &ge; 1; where the update is a product of two matrices of the base
         *     model's own, at most the smallest number of inputs or outputs of a layer
         */
        public T optRank(int rank) {
            return set(CommonOptions.RANK, rank);
        }

        /**
         * Sets the probability with which an input of the update is left out in a training step.
         * Default: 0.
         *
         * @param dropout a number in [0, 1)
         */
        public T optDropout(double dropout) {
            return set(CommonOptions.DROPOUT, dropout);
        }
    }
}
