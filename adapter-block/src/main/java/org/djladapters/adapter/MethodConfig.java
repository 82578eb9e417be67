/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import org.djladapters.io.PlainNumber;

/**
 * What the configurations of all methods that adapt weights have in common: where the adapter goes
 * and what trains beside it.
 */
public abstract class MethodConfig implements AdapterConfig {

    private final Targets targets;
    private final List<String> modulesToSave;
    private final Bias bias;
    private final double moduleDropout;

    /**
     * Takes the common options.
     *
     * @param builder the builder that holds them
     */
    protected MethodConfig(Builder<?> builder) {
        targets = builder.targets;
        modulesToSave = builder.modulesToSave;
        bias = builder.bias;
        moduleDropout = builder.moduleDropout;
    }

    /**
     * A builder that holds the options of this configuration.
     *
     * @return a new builder
     */
    protected abstract Builder<?> toBuilder();

    @Override
    public final Targets targets() {
        return targets;
    }

    @Override
    public final AdapterConfig withTargets(Targets targets) {
        return toBuilder().optTargets(targets).build();
    }

    @Override
    public final List<String> modulesToSave() {
        return modulesToSave;
    }

    @Override
    public final AdapterConfig withModulesToSave(List<String> suffixes) {
        return toBuilder().optModulesToSave(suffixes).build();
    }

    @Override
    public final Bias bias() {
        return bias;
    }

    @Override
    public final double moduleDropout() {
        return moduleDropout;
    }

    /**
     * The options of the method that differ from their defaults.
     *
     * @return such as {@code orders [1, 2], block size 92}
     */
    protected abstract String options();

    /** The method and all options that differ from their defaults. */
    @Override
    public final String toString() {
        StringBuilder text = new StringBuilder(method()).append('(').append(options());
        text.append(", targets ").append(targets);
        text.append(bias == Bias.NONE ? "" : ", bias " + bias);
        text.append(modulesToSave.isEmpty() ? "" : ", modules to save " + modulesToSave);
        text.append(moduleDropout > 0 ? ", module dropout " + moduleDropout : "");
        return text.append(')').toString();
    }

    /**
     * Refuses a rank that a matrix of the shape of a weight can't have.
     *
     * @param weight the weight
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

    /**
     * Builds a configuration.
     *
     * @param <T> the type of the builder
     */
    public abstract static class Builder<T extends Builder<T>> {

        private Targets targets = Targets.allLinear();
        private List<String> modulesToSave = List.of();
        private Bias bias = Bias.NONE;
        private double moduleDropout;

        /** Starts with all options at their defaults. */
        protected Builder() {}

        /**
         * Starts with the common options of a configuration.
         *
         * @param config the configuration
         */
        protected Builder(MethodConfig config) {
            targets = config.targets;
            modulesToSave = config.modulesToSave;
            bias = config.bias;
            moduleDropout = config.moduleDropout;
        }

        /**
         * This builder in its own type.
         *
         * @return this
         */
        protected abstract T self();

        /**
         * Selects the adapted modules by suffixes of their paths. Default: all linear layers.
         *
         * @param suffixes such as {@code query}
         * @return this builder
         */
        public T optTargets(String... suffixes) {
            return optTargets(Targets.of(suffixes));
        }

        /**
         * Selects the adapted modules.
         *
         * @param targets the selection
         * @return this builder
         */
        public T optTargets(Targets targets) {
            this.targets = targets;
            return self();
        }

        /**
         * Names modules that are trained in full and saved with the adapter.
         *
         * @param suffixes suffixes of module paths
         * @return this builder
         */
        public T optModulesToSave(List<String> suffixes) {
            this.modulesToSave = List.copyOf(suffixes);
            return self();
        }

        /**
         * Sets which biases of the base model train too. Default: none.
         *
         * @param bias the choice
         * @return this builder
         */
        public T optBias(Bias bias) {
            this.bias = bias;
            return self();
        }

        /**
         * Sets the probability with which a layer is not adapted in a training step.
         *
         * @param moduleDropout a number in [0, 1)
         * @return this builder
         */
        public T optModuleDropout(double moduleDropout) {
            this.moduleDropout = probability("module dropout", moduleDropout);
            return self();
        }

        /**
         * Builds the configuration.
         *
         * @return the configuration
         * @throws IllegalArgumentException if options contradict one another
         */
        public abstract MethodConfig build();

        /**
         * Checks a number that must be positive.
         *
         * @param what what it is, for the message
         * @param value the number
         * @return the number
         */
        protected static int positive(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "The " + what + " must be at least 1, got " + value);
            }
            return value;
        }

        /**
         * Checks a number that must be positive and says how much work there is.
         *
         * @param what what it is, for the message
         * @param value the number
         * @param largest the largest that makes sense
         * @return the number
         */
        protected static int positive(String what, int value, int largest) {
            if (value > largest) {
                throw new IllegalArgumentException(
                        "The " + what + " must be at most " + largest + ", got " + value);
            }
            return positive(what, value);
        }

        /**
         * Checks a number.
         *
         * @param what what it is, for the message
         * @param value the number
         * @return the number, if it is positive and in the range of float32
         */
        protected static double positive(String what, double value) {
            if (!(value > 0 && value <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "The " + what + " must be positive, got " + PlainNumber.of(value));
            }
            return value;
        }

        /**
         * Checks a probability of leaving something out.
         *
         * @param what what it is, for the message
         * @param value the number
         * @return the number
         */
        protected static double probability(String what, double value) {
            if (!(value >= 0 && value < 1)) {
                throw new IllegalArgumentException(
                        "The "
                                + what
                                + " must be at least 0 and less than 1, got "
                                + PlainNumber.of(value));
            }
            return value;
        }
    }
}
