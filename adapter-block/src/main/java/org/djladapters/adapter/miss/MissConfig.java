/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of MiSS, matrix shard sharing: W' = W + B<sup>T</sup> S, where B of shape (r,
 * out) trains, and S of shape (r, in) adds up all inputs whose number is equal modulo r.
 *
 * <p>With {@linkplain Builder#optMiniRank a mini rank} B is of shape (r, m), repeated along the
 * outputs. B starts at zero, so that a new adapter changes nothing. PEFT's third kind ({@code
 * init_weights="bat"}), which multiplies blocks of W by matrices of their own, is not known here.
 *
 * <p>Source: Kang and Yin, "MiSS: Balancing LoRA Performance and Efficiency with Simple Shard
 * Sharing", arXiv 2409.15371.
 */
public final class MissConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 64;

    /** The mini rank that stands for none. */
    static final int NONE = 0;

    static final Option<Integer> MINI = Option.positive("mini rank", NONE).shown();

    static final Option<Boolean> BLOCKS = Option.of("blocks of the weight", false).shown();

    private MissConfig(Builder builder) {
        super(
                "miss",
                builder,
                MissConfig::builder,
                CommonOptions.RANK,
                MINI,
                BLOCKS,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return at which distance outputs share what is added to them, or 0 for none} */
    public int miniRank() {
        return get(MINI);
    }

    /** {@return true if blocks of the weight are multiplied (PEFT's {@code bat})} */
    public boolean multipliesBlocks() {
        return get(BLOCKS);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("MiSS");
        if (multipliesBlocks()) {
            if (weight.inputs() % rank() != 0 || weight.features() % rank() != 0) {
                throw new IllegalArgumentException(
                        "Blocks of size %d do not divide %d inputs and %d outputs"
                                .formatted(rank(), weight.inputs(), weight.features()));
            }
            return new MissBlocksAdapter(this, weight);
        }
        if (rank() > weight.inputs()) {
            throw new IllegalArgumentException(
                    "%d inputs can't be divided into %d groups; choose a rank of at most %d"
                            .formatted(weight.inputs(), rank(), weight.inputs()));
        }
        if (miniRank() != NONE && weight.features() % miniRank() != 0) {
            throw new IllegalArgumentException(
                    "The mini rank %d does not divide %d outputs"
                            .formatted(miniRank(), weight.features()));
        }
        return new MissAdapter(this, weight);
    }

    /** Builds a {@link MissConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Lets outputs at a distance share what is added to them, so that a layer has r m
         * parameters. Default: none share.
         *
         * @param miniRank m, a divisor of the outputs of every adapted layer
         */
        public Builder optMiniRank(int miniRank) {
            return set(MINI, miniRank);
        }

        /**
         * Multiplies blocks W<sub>ij</sub> of size r of the weight: D<sub>ij</sub> = W<sub>ij</sub>
         * B<sub>i</sub> + B<sub>i</sub>, without mini rank and dropout. Default: false.
         */
        public Builder optBlocks(boolean blocks) {
            return set(BLOCKS, blocks);
        }

        @Override
        public MissConfig build() {
            return new MissConfig(this);
        }
    }
}
