/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;

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

    private final int factors;
    private final double dropout;

    private BoftConfig(Builder builder) {
        super(builder, DEFAULT_BLOCK_SIZE);
        factors = builder.factors;
        dropout = builder.dropout;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String method() {
        return "boft";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The number of butterfly factors.
     *
     * @return the number of block-diagonal rotations that follow one another
     */
    public int factors() {
        return factors;
    }

    /**
     * Changes the number of butterfly factors.
     *
     * @param factors the number
     * @return a copy with this number
     */
    public BoftConfig withFactors(int factors) {
        return new Builder(this).optFactors(factors).build();
    }

    /**
     * The share of the blocks of one factor that is left out of a training step.
     *
     * @return a number in [0, 1)
     */
    public double dropout() {
        return dropout;
    }

    @Override
    public boolean variesInTraining() {
        return dropout > 0 || super.variesInTraining();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        Division division = Division.exact(weight.rotatedInputs("BOFT"), blocks(), blockSize());
        int largest = largestFactors(division);
        if (factors > largest) {
            throw new IllegalArgumentException(
                    factors
                            + " butterfly factors do not fit "
                            + division
                            + ", at most "
                            + largest
                            + (largest == 1 ? " does" : " do")
                            + "; m factors need an even block size and a number of blocks that"
                            + " is a multiple of 2^(m-1)");
        }
        return new BoftAdapter(division, factors, dropout, weight);
    }

    private static int largestFactors(Division division) {
        return division.size() % 2 == 0 ? 1 + Integer.numberOfTrailingZeros(division.blocks()) : 1;
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder();
        text.append(blocksText());
        text.append(factors > 1 ? ", butterfly factors " + factors : "");
        return text.append(dropout > 0 ? ", dropout " + dropout : "").toString();
    }

    /** Builds a {@link BoftConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private int factors = 1;
        private double dropout;

        private Builder() {}

        private Builder(BoftConfig config) {
            super(config);
            factors = config.factors;
            dropout = config.dropout;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the number of butterfly factors. Default: 1, rotations within blocks only.
         *
         * @param factors the number
         * @return this builder
         */
        public Builder optFactors(int factors) {
            this.factors = positive("number of butterfly factors", factors);
            return this;
        }

        /**
         * Leaves a share of the blocks out of every training step, those of one factor, drawn anew
         * every time. Default: 0.
         *
         * @param dropout the share, a number in [0, 1)
         * @return this builder
         */
        public Builder optDropout(double dropout) {
            this.dropout = probability("dropout", dropout);
            return this;
        }

        @Override
        public BoftConfig build() {
            return new BoftConfig(this);
        }
    }
}
