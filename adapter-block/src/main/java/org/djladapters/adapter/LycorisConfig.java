/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;

/**
 * What the configurations of LoHa and LoKr have in common: a rank and a scaling, which may differ
 * by module, and how the filters of a convolution are factored.
 */
public abstract class LycorisConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 8;

    /** Takes the options that a builder holds, as {@link MethodConfig} does. */
    @Internal
    protected LycorisConfig(
            String method,
            Builder<?> builder,
            Supplier<? extends Builder<?>> newBuilder,
            Option<?>... shown) {
        super(method, builder, newBuilder, shown);
    }

    /** {@return the rank for modules without a pattern} */
    public final int rank() {
        return get(CommonOptions.RANK);
    }

    /**
     * Returns the rank for a module.
     *
     * @param path the module path
     * @return that of a pattern, or {@link #rank()}
     */
    public final int rank(String path) {
        return get(CommonOptions.RANK_PATTERN).valueFor(path, rank());
    }

    /** {@return &alpha;, from which the scaling comes, for modules without a pattern} */
    public final double alpha() {
        return get(CommonOptions.ALPHA);
    }

    /**
     * Returns the factor of the update of a module.
     *
     * @param path the module path
     * @return &alpha; / r
     */
    public final double scaling(String path) {
        return get(CommonOptions.ALPHA_PATTERN).valueFor(path, alpha()) / rank(path);
    }

    /** Tells whether the filters of a weight are factored along all of their axes. */
    public final boolean isEffective(WeightSpec weight) {
        return get(CommonOptions.EFFECTIVE)
                && weight.kind() == WeightSpec.Kind.CONV2D
                && weight.inputs() != weight.shape().get(1);
    }

    @Override
    public final List<String> warnings(List<String> paths) {
        return Stream.of(
                        get(CommonOptions.RANK_PATTERN).warning("rank pattern", paths),
                        get(CommonOptions.ALPHA_PATTERN).warning("alpha pattern", paths))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Builds a configuration. */
    public abstract static class Builder<T extends Builder<T>> extends MethodConfig.Builder<T> {

        /** Starts with all options at their defaults. */
        protected Builder() {
            set(CommonOptions.RANK, DEFAULT_RANK);
        }

        /**
         * Sets the rank. Default: {@value LycorisConfig#DEFAULT_RANK}.
         *
         * @param rank a number &ge; 1
         */
        public T optRank(int rank) {
            return set(CommonOptions.RANK, rank);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: 8, as in PEFT.
         *
         * @param alpha a positive number
         */
        public T optAlpha(double alpha) {
            return set(CommonOptions.ALPHA, alpha);
        }

        /**
         * Sets other ranks for some modules. Their &alpha; stays.
         *
         * @param ranks ranks by suffix or regular expression, see {@link ModulePatterns}
         */
        public T optRankPattern(Map<String, Integer> ranks) {
            return set(CommonOptions.RANK_PATTERN, ModulePatterns.of(ranks));
        }

        /**
         * Sets other values of &alpha; for some modules.
         *
         * @param alphas values by suffix or regular expression, see {@link ModulePatterns}
         */
        public T optAlphaPattern(Map<String, Double> alphas) {
            return set(CommonOptions.ALPHA_PATTERN, ModulePatterns.of(alphas));
        }

        /**
         * Factors filters of more than one pixel along all of their axes, which takes fewer
         * parameters. Default: false.
         */
        public T optEffective(boolean effective) {
            return set(CommonOptions.EFFECTIVE, effective);
        }
    }
}
