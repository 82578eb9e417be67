/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of RandLoRA: W' = W + s &sum;<sub>i</sub> B<sub>i</sub>
 * diag(&lambda;<sub>i</sub>) A diag(&gamma;<sub>i</sub>) with s = &alpha;/r. All layers share
 * random matrices: one A of shape (r, m), and so many B<sub>i</sub> of shape (n, r) that the sum
 * can have full rank, where m is the smaller and n the larger side of a weight (the sum is turned
 * where it has fewer outputs than inputs). The vectors of scales &lambda;<sub>i</sub> and
 * &gamma;<sub>i</sub> train.
 *
 * <p>Source: Albert et al., "RandLoRA: Full-rank parameter-efficient fine-tuning of large models",
 * arXiv 2502.00987.
 */
public final class RandLoraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    /** How many entries of the random matrices are not zero. */
    public enum Sparsity {
        /** All of them. */
        DENSE,
        /** A third, which are 1 or -1 before they are scaled. */
        SPARSE,
        /** One of &radic;m, in the same way. */
        VERY_SPARSE
    }

    static final Option<Double> ALPHA =
            Option.positive("alpha", 640.0).shown(alpha -> "alpha " + PlainNumber.of(alpha));

    static final Option<Sparsity> SPARSITY = Option.of("sparsity", Sparsity.DENSE).shown();

    static final Option<Integer> SEED = CommonOptions.seed("projections", 0);

    static final Option<Boolean> SAVE_PROJECTIONS =
            Option.of("saved projections", true).shownAs("projections not saved");

    private RandLoraConfig(Builder builder) {
        super(
                "randlora",
                builder,
                RandLoraConfig::builder,
                CommonOptions.RANK,
                ALPHA,
                SPARSITY,
                SEED,
                CommonOptions.DROPOUT,
                SAVE_PROJECTIONS);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return &alpha;, from which the scaling &alpha;/r comes} */
    public double alpha() {
        return get(ALPHA);
    }

    /** {@return how many entries of the random matrices are not zero} */
    public Sparsity sparsity() {
        return get(SPARSITY);
    }

    /** {@return the seed from which the random matrices are drawn} */
    public int seed() {
        return get(SEED);
    }

    /**
     * {@return true if checkpoints keep the random matrices, false if they are drawn again from the
     * seed}
     */
    public boolean saveProjections() {
        return get(SAVE_PROJECTIONS);
    }

    /** Makes an adapter with random matrices of its own. */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return newAdapters(List.of(weight)).get(0);
    }

    /** Makes adapters that share the random matrices. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("RandLoRA"));
        RandomBases bases = new RandomBases(this, weights);
        return weights.stream()
                .<WeightAdapter>map(weight -> new RandLoraAdapter(this, bases, weight))
                .toList();
    }

    /** Builds a {@link RandLoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: 640, as in PEFT.
         *
         * @param alpha a positive number
         */
        public Builder optAlpha(double alpha) {
            return set(ALPHA, alpha);
        }

        /** Sets how many entries of the random matrices are not zero. Default: all. */
        public Builder optSparsity(Sparsity sparsity) {
            return set(SPARSITY, sparsity);
        }

        /**
         * Sets the seed from which the random matrices are drawn. Default: 0.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(SEED, seed);
        }

        /**
         * Sets whether checkpoints keep the random matrices. Default: true, as in PEFT, which keeps
         * them for every layer.
         *
         * @param saveProjections false to draw them again from the seed
         */
        public Builder optSaveProjections(boolean saveProjections) {
            return set(SAVE_PROJECTIONS, saveProjections);
        }

        @Override
        public RandLoraConfig build() {
            return new RandLoraConfig(this);
        }
    }
}
