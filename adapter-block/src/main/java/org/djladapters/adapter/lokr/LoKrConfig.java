/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lokr;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LycorisConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of LoKr: W' = W + s C &#8855; M, the Kronecker product of a small matrix C of
 * shape (l, m) and a larger one M of shape (k, n), with out = l k, in = m n and s = &alpha;/r.
 *
 * <p>The larger one is a product of rank r where 2r is less than its larger side, and whole
 * otherwise; with {@link Builder#optDecomposeBoth} the same holds for the small one. The sides l
 * and m are the divisors of out and in that are nearest to the square roots from below, or
 * {@linkplain Builder#optFactor given}. Of a convolution in is the number of channels, and M has
 * filters. GPT-2's Conv1D, which PEFT's LoKr refuses, is a linear layer here.
 *
 * <p>Sources: Yeh et al., "Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to
 * Model Evaluation", arXiv 2309.14859; Edalati et al., "KronA", arXiv 2212.10650.
 */
public final class LoKrConfig extends LycorisConfig {

    /** The factor that stands for one near the square root. */
    static final int NEAR_ROOT = -1;

    static final Option<Boolean> BOTH = Option.of("both factored", false).shown();

    static final Option<Integer> FACTOR =
            Option.of("factor", NEAR_ROOT)
                    .checked(
                            factor -> {
                                if (factor != NEAR_ROOT) {
                                    Option.requirePositive("factor", factor);
                                }
                            })
                    .shown();

    private LoKrConfig(Builder builder) {
        super(
                "lokr",
                builder,
                LoKrConfig::builder,
                CommonOptions.RANK,
                CommonOptions.ALPHA,
                BOTH,
                FACTOR,
                CommonOptions.RANK_PATTERN,
                CommonOptions.ALPHA_PATTERN,
                CommonOptions.EFFECTIVE);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return true if the small matrix may be a product of rank r too} */
    public boolean decomposeBoth() {
        return get(BOTH);
    }

    /**
     * Returns the smaller of the two numbers whose product a side of a layer is: the factor if it
     * divides the side, else the largest divisor that is no greater than the factor and the root.
     */
    int smaller(int side) {
        int factor = get(FACTOR);
        if (factor > 0 && side % factor == 0) {
            return factor;
        }
        int largest = (int) Math.sqrt(side);
        int found = factor > 0 ? Math.min(factor, largest) : largest;
        while (side % found != 0) {
            found--;
        }
        return found;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new LoKrAdapter(this, weight.requireLayer("LoKr"));
    }

    /** Builds a {@link LoKrConfig}. */
    public static final class Builder extends LycorisConfig.Builder<Builder> {

        private Builder() {}

        /** Lets the small matrix be a product of rank r where 2r is less than its larger side. */
        public Builder optDecomposeBoth(boolean decomposeBoth) {
            return set(BOTH, decomposeBoth);
        }

        /**
         * Sets the sides of the small matrix, for sides of layers that it divides. Default: near
         * the square roots of the layer's sides.
         *
         * @param factor a number &ge; 1
         */
        public Builder optFactor(int factor) {
            return set(FACTOR, factor);
        }

        @Override
        public LoKrConfig build() {
            return new LoKrConfig(this);
        }
    }
}
