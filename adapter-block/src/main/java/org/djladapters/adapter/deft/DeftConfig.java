/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.deft;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of DEFT: W' = (I - B C<sup>T</sup>) W + s B R. With P of shape (out, r), B = P
 * and C = max(P, 0), or both are Q of P = Q T with orthonormal columns. What B C<sup>T</sup> takes
 * away is put in by R again at the start. Without R (PaRa) directions are only taken away.
 *
 * <p>Source: "DEFT: Decompositional Efficient Fine-Tuning for Text-to-Image Models", arXiv
 * 2509.22793.
 */
public final class DeftConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 8;

    static final Option<Boolean> ORTHOGONAL = Option.of("orthogonal", false).shown();

    static final Option<Boolean> REMOVING = Option.of("only removing", false).shown();

    /** 0 where the scaling is 1. */
    static final Option<Double> ALPHA =
            Option.of("alpha", 0.0)
                    .checked(DeftConfig::requireAlpha)
                    .shown(alpha -> "alpha " + PlainNumber.of(alpha))
                    .unlessDefault();

    private DeftConfig(Builder builder) {
        super(
                "deft",
                builder,
                DeftConfig::builder,
                CommonOptions.RANK,
                ORTHOGONAL,
                REMOVING,
                ALPHA,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return true if the directions that are taken away are orthonormal} */
    public boolean orthogonal() {
        return get(ORTHOGONAL);
    }

    /** {@return true if nothing is put in} */
    public boolean onlyRemoving() {
        return get(REMOVING);
    }

    /** {@return the factor of R, &alpha;/r, or 1 where no &alpha; is set} */
    public double scaling(int rank) {
        return get(ALPHA) == 0 ? 1 : get(ALPHA) / rank;
    }

    private static void requireAlpha(double alpha) {
        if (!(alpha >= 0)) {
            throw new IllegalArgumentException(
                    "The alpha must not be negative, got " + PlainNumber.of(alpha));
        }
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new DeftAdapter(this, weight.requireLinear("DEFT"));
    }

    /** Builds a {@link DeftConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /** Sets whether the directions that are taken away are orthonormal. Default: false. */
        public Builder optOrthogonal(boolean orthogonal) {
            return set(ORTHOGONAL, orthogonal);
        }

        /** Sets whether directions are only taken away. Default: false. */
        public Builder optOnlyRemoving(boolean onlyRemoving) {
            return set(REMOVING, onlyRemoving);
        }

        /**
         * Sets &alpha;, from which the factor &alpha;/r of R comes. Default: 0, a factor of 1.
         *
         * @param alpha a number &ge; 0
         */
        public Builder optAlpha(double alpha) {
            return set(ALPHA, alpha);
        }

        @Override
        public DeftConfig build() {
            return new DeftConfig(this);
        }
    }
}
