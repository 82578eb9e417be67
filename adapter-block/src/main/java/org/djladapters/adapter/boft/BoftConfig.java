/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.option.Option;

/**
 * The configuration of BOFT, orthogonal butterfly: the inputs of a layer are rotated by a product
 * of block-diagonal rotations, between which the inputs are shuffled as in a fast Fourier
 * transform, and every output is scaled: W' = diag(s) W M<sup>T</sup>, or y = (x M W<sup>T</sup>)
 * &#8857; s + b, with M the butterfly of m factors. The inputs of a convolution are the entries of
 * a filter, in the order channel, row, column.
 *
 * <p>Either a block size or a number of blocks is set; it must divide the inputs of every adapted
 * layer. m butterfly factors mix the inputs of 2<sup>m-1</sup> blocks; more than one need blocks of
 * even size, and a number of blocks that 2<sup>m-1</sup> divides.
 *
 * <p>Source: Liu et al., "Parameter-Efficient Orthogonal Finetuning via Butterfly Factorization",
 * arXiv 2311.06243.
 */
public final class BoftConfig extends BlockedConfig {

    /** The block size where neither a size nor a number of blocks is chosen. */
    public static final int DEFAULT_BLOCK_SIZE = 4;

    static final Option<Integer> FACTORS =
            Option.positive("number of butterfly factors", 1).shownAs("butterfly factors");

    static final Option<Double> DROPOUT = Option.probability("dropout").shown();

    private BoftConfig(Builder builder) {
        super(
                "boft",
                builder,
                BoftConfig::builder,
                DEFAULT_BLOCK_SIZE,
                CommonOptions.BLOCKS,
                CommonOptions.BLOCK_SIZE,
                FACTORS,
                DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the number of block-diagonal rotations that follow one another} */
    public int factors() {
        return get(FACTORS);
    }

    /** Changes the number of butterfly factors. */
    public BoftConfig withFactors(int factors) {
        return (BoftConfig) with(FACTORS, factors);
    }

    /**
     * {@return the share of the blocks of one factor that is left out of a training step, a number
     * in [0, 1)}
     */
    public double dropout() {
        return get(DROPOUT);
    }

    @Override
    public boolean variesInTraining() {
        return dropout() > 0 || super.variesInTraining();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        Division division = Division.exact(weight.rotatedInputs("BOFT"), blocks(), blockSize());
        int largest = largestFactors(division);
        if (factors() > largest) {
            throw new IllegalArgumentException(
                    factors()
                            + " butterfly factors do not fit "
                            + division
                            + ", at most "
                            + largest
                            + (largest == 1 ? " does" : " do")
                            + "; m factors need an even block size and a number of blocks that"
                            + " is a multiple of 2^(m-1)");
        }
        return new BoftAdapter(division, factors(), dropout(), weight);
    }

    private static int largestFactors(Division division) {
        return division.size() % 2 == 0 ? 1 + Integer.numberOfTrailingZeros(division.blocks()) : 1;
    }

    /** Builds a {@link BoftConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private Builder() {}

        /** Sets the number of butterfly factors. Default: 1, rotations within blocks only. */
        public Builder optFactors(int factors) {
            return set(FACTORS, factors);
        }

        /**
         * Leaves a share of the blocks out of every training step, those of one factor, drawn anew
         * every time. Default: 0.
         *
         * @param dropout the share, a number in [0, 1)
         */
        public Builder optDropout(double dropout) {
            return set(DROPOUT, dropout);
        }

        @Override
        public BoftConfig build() {
            return new BoftConfig(this);
        }
    }
}
