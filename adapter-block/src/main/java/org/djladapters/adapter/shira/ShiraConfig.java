/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of SHiRA, sparse high-rank adaptation: W' = W + D, where D has r (in + out)
 * entries that train, as many as LoRA of rank r has parameters, and zeros elsewhere. They start at
 * zero. Their places are drawn from a seed, equal for all layers of one shape, and are in the file.
 *
 * <p>Of PEFT's adapters those with places of another kind ({@code mask_type}) load as well.
 *
 * <p>Source: Bhardwaj et al., "Sparse High Rank Adapters", arXiv 2406.13175.
 */
public final class ShiraConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    static final Option<Integer> SEED = CommonOptions.seed("places", 0);

    private ShiraConfig(Builder builder) {
        super("shira", builder, ShiraConfig::builder, CommonOptions.RANK, SEED);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the rank of LoRA that has as many parameters} */
    public int rank() {
        return get(CommonOptions.RANK);
    }

    /** {@return the seed from which the places are drawn} */
    public int seed() {
        return get(SEED);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("SHiRA");
        long sides = weight.inputs() + (long) weight.features();
        long largest = weight.shape().size() / sides;
        if (rank() > largest) {
            throw new IllegalArgumentException(
                    ("A weight of %d inputs and %d outputs has fewer entries than rank %d would"
                                    + " train; %s")
                            .formatted(
                                    weight.inputs(),
                                    weight.features(),
                                    rank(),
                                    largest == 0
                                            ? "leave it out of the targets"
                                            : "choose a rank from 1 to " + largest));
        }
        return new ShiraAdapter(this, weight);
    }

    /** Builds a {@link ShiraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {
            set(CommonOptions.RANK, DEFAULT_RANK);
        }

        /**
         * Sets how many entries train, r (in + out). Default: {@value ShiraConfig#DEFAULT_RANK}.
         *
         * @param rank r, a number &ge; 1
         */
        public Builder optRank(int rank) {
            return set(CommonOptions.RANK, rank);
        }

        /**
         * Sets the seed from which the places are drawn. Default: 0.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(SEED, seed);
        }

        @Override
        public ShiraConfig build() {
            return new ShiraConfig(this);
        }
    }
}
