/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.gralora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of GraLoRA: W' = W + s D, where every one of the k by k blocks of D is a
 * product of rank r/k of its own. D has as many parameters as LoRA of rank r, and up to rank k r.
 * Beside it there may be a product of rank h of the whole weight; s = &alpha; / (r + h).
 *
 * <p>Source: Jung et al., "GraLoRA: Granular Low-Rank Adaptation for Parameter-Efficient
 * Fine-Tuning", arXiv 2505.20355.
 */
public final class GraloraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    static final Option<Integer> PARTS = Option.positive("number of parts", 2).shownAs("parts");

    static final Option<Integer> WHOLE =
            Option.of("rank of the whole", 0)
                    .checked(GraloraConfig::requireRank)
                    .shownAs("whole rank");

    static final Option<Double> ALPHA =
            Option.positive("alpha", 64.0).shown(alpha -> "alpha " + PlainNumber.of(alpha));

    private GraloraConfig(Builder builder) {
        super(
                "gralora",
                builder,
                GraloraConfig::builder,
                CommonOptions.RANK,
                PARTS,
                WHOLE,
                ALPHA,
                CommonOptions.DROPOUT);
        if (rank() % parts() != 0) {
            throw new IllegalArgumentException(
                    "Rank %d can't be divided among %d parts; choose a multiple of %d"
                            .formatted(rank(), parts(), parts()));
        }
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return into how many parts the inputs and the outputs are cut, k} */
    public int parts() {
        return get(PARTS);
    }

    /** {@return the rank of the product beside the blocks, h, 0 for none} */
    public int wholeRank() {
        return get(WHOLE);
    }

    /** {@return &alpha;, from which the scaling comes} */
    public double alpha() {
        return get(ALPHA);
    }

    private static void requireRank(int rank) {
        if (rank < 0) {
            throw new IllegalArgumentException(
                    "The rank of the whole must be at least 0, got " + rank);
        }
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("GraLoRA");
        if (weight.inputs() % parts() != 0 || weight.features() % parts() != 0) {
            throw new IllegalArgumentException(
                    ("%d parts do not divide %d inputs and %d outputs; choose a number that"
                                    + " divides both")
                            .formatted(parts(), weight.inputs(), weight.features()));
        }
        return new GraloraAdapter(this, weight);
    }

    /** Builds a {@link GraloraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets into how many parts the inputs and the outputs of a layer are cut. Default: 2, as in
         * PEFT.
         *
         * @param parts k, which divides the rank, the inputs and the outputs
         */
        public Builder optParts(int parts) {
            return set(PARTS, parts);
        }

        /**
         * Sets the rank of a product of the whole weight, beside those of blocks. Default: 0.
         *
         * @param rank h, a number &ge; 0
         */
        public Builder optWholeRank(int rank) {
            return set(WHOLE, rank);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha; / (r + h) comes. Default: 64, as in PEFT.
         *
         * @param alpha a positive number
         */
        public Builder optAlpha(double alpha) {
            return set(ALPHA, alpha);
        }

        @Override
        public GraloraConfig build() {
            return new GraloraConfig(this);
        }
    }
}
