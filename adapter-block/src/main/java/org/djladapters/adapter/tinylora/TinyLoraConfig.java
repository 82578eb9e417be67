/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of TinyLoRA: W' = W + B (&sum;<sub>i</sub> v<sub>i</sub> P<sub>i</sub>) A,
 * where B A is the part of W of rank r that is largest, with the roots of the singular values in
 * both, and P<sub>i</sub> of shape (r, r) are random. Only the u numbers v<sub>i</sub> train;
 * layers can share them. Files have A, B and P<sub>i</sub> of every layer.
 *
 * <p>Source: "Learning to Reason in 13 Parameters", arXiv 2602.04118.
 */
public final class TinyLoraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 2;

    static final Option<Integer> NUMBERS = Option.positive("numbers", 64).alwaysShownAs("numbers");

    static final Option<Double> TYING =
            Option.of("share of tied layers", 0.0)
                    .checked(TinyLoraConfig::requireShare)
                    .shown(share -> "tied " + PlainNumber.of(share))
                    .unlessDefault();

    static final Option<Integer> SEED = CommonOptions.seed("projections", 42);

    static final Option<Boolean> SAVE_PROJECTIONS =
            Option.of("saved projections", true).shownAs("projections not saved");

    private TinyLoraConfig(Builder builder) {
        super(
                "tinylora",
                builder,
                TinyLoraConfig::builder,
                CommonOptions.RANK,
                NUMBERS,
                TYING,
                SEED,
                CommonOptions.DROPOUT,
                SAVE_PROJECTIONS);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return how many numbers layers train together, u} */
    public int numbers() {
        return get(NUMBERS);
    }

    /** {@return how much layers share: 0 if each has numbers of its own, 1 if all have the same} */
    public double tying() {
        return get(TYING);
    }

    /** {@return the seed from which the projections of the first layer are drawn} */
    public int seed() {
        return get(SEED);
    }

    /** {@return true if checkpoints keep P, false if it is drawn again from the seed} */
    public boolean saveProjections() {
        return get(SAVE_PROJECTIONS);
    }

    private static void requireShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share of tied layers must be from 0 to 1, got " + PlainNumber.of(share));
        }
    }

    /** Makes an adapter with numbers of its own. */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("TinyLoRA");
        TinyVector vector = new TinyVector(0, numbers(), List.of(weight));
        return new TinyLoraAdapter(this, vector, seed(), weight, true);
    }

    /** Makes adapters of which those of neighbours may share numbers. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("TinyLoRA"));
        // as Python rounds, half to even
        int groups = (int) Math.max(1, Math.rint(weights.size() * (1 - tying())));
        int size = Math.max(1, weights.size() / groups);
        List<TinyVector> vectors = new ArrayList<>();
        List<WeightAdapter> adapters = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            int group = Math.min(i / size, groups - 1);
            if (group == vectors.size()) {
                vectors.add(new TinyVector(group, numbers(), weights));
            }
            TinyVector vector = vectors.get(group);
            adapters.add(new TinyLoraAdapter(this, vector, seed() + i, weights.get(i), false));
        }
        return adapters;
    }

    /** Builds a {@link TinyLoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets how many numbers train for a layer, or for layers that share them. Default: 64, as
         * in PEFT.
         *
         * @param numbers u, a number &ge; 1
         */
        public Builder optNumbers(int numbers) {
            return set(NUMBERS, numbers);
        }

        /**
         * Sets how much layers share. Default: 0, every layer has numbers of its own.
         *
         * @param tying from 0 to 1: of n layers, n (1 - tying) groups of neighbours share numbers
         */
        public Builder optTying(double tying) {
            return set(TYING, tying);
        }

        /**
         * Sets the seed from which the projections of the first layer are drawn; the next layers
         * have the next seeds. Default: 42, as in PEFT.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(SEED, seed);
        }

        /**
         * Sets whether checkpoints keep the projections. Default: true, as in PEFT.
         *
         * @param saveProjections false to draw them again from the seed
         */
        public Builder optSaveProjections(boolean saveProjections) {
            return set(SAVE_PROJECTIONS, saveProjections);
        }

        @Override
        public TinyLoraConfig build() {
            return new TinyLoraConfig(this);
        }
    }
}
