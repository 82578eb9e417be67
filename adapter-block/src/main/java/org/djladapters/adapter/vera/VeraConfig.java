/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.random.RandomProjections;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of VeRA: W' = W + diag(&lambda;<sub>b</sub>) B diag(&lambda;<sub>d</sub>) A.
 * All layers share the random projections A and B, and train only the vectors of scales. Their rank
 * may exceed the width of a layer.
 *
 * <p>Source: Kopiczko, Blankevoort and Asano, "VeRA: Vector-based Random Matrix Adaptation", arXiv
 * 2310.11454.
 */
public final class VeraConfig extends LowRankConfig {

    /** The rank where none is chosen. */
    public static final int DEFAULT_RANK = 256;

    static final Option<Double> INITIAL =
            Option.of("initial", 0.1).checked(VeraConfig::requireInitial).shown();

    static final Option<Integer> SEED = CommonOptions.seed("projections", 0);

    static final Option<Boolean> SAVE_PROJECTIONS =
            Option.of("saved projections", true).shownAs("projections not saved");

    private VeraConfig(Builder builder) {
        super(
                "vera",
                builder,
                VeraConfig::builder,
                CommonOptions.RANK,
                INITIAL,
                SEED,
                CommonOptions.DROPOUT,
                SAVE_PROJECTIONS);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the value that the entries of &lambda;<sub>d</sub> start with} */
    public double initial() {
        return get(INITIAL);
    }

    /** {@return the seed from which the projections are drawn} */
    public int seed() {
        return get(SEED);
    }

    /**
     * {@return true if checkpoints keep the projections, false if they are drawn again from the
     * seed}
     */
    public boolean saveProjections() {
        return get(SAVE_PROJECTIONS);
    }

    /**
     * Makes an adapter with projections of its own.
     *
     * @param weight the weight it is for
     * @throws IllegalArgumentException if the weight is not that of a linear layer
     */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return newAdapters(List.of(weight)).get(0);
    }

    /** Makes adapters that share projections, which are as wide as the widest of their layers. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("VeRA"));
        RandomProjections projections = new RandomProjections(seed(), rank(), rank(), weights);
        return weights.stream()
                .<WeightAdapter>map(weight -> new VeraAdapter(this, rank(), projections, weight))
                .toList();
    }

    private static void requireInitial(double initial) {
        if ((float) initial == 0 || !Float.isFinite((float) initial)) {
            throw new IllegalArgumentException(
                    "The initial value must be a finite number other than 0, got "
                            + PlainNumber.of(initial));
        }
    }

    /** Builds a {@link VeraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets the value that the entries of &lambda;<sub>d</sub> start with. Default: 0.1.
         *
         * @param initial a finite number other than 0: from 0 nothing would train
         */
        public Builder optDInitial(double initial) {
            return set(INITIAL, initial);
        }

        /**
         * Sets the seed from which the projections are drawn. Default: 0.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(SEED, seed);
        }

        /**
         * Sets whether checkpoints keep the projections. Default: true. Without them a file is
         * small and its adapter depends on how random numbers are drawn from the seed.
         *
         * @param saveProjections false to draw them again from the seed
         */
        public Builder optSaveProjections(boolean saveProjections) {
            return set(SAVE_PROJECTIONS, saveProjections);
        }

        @Override
        public VeraConfig build() {
            return new VeraConfig(this);
        }
    }
}
