/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.option.Option;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/**
 * The configuration of PSOFT, which rotates between the largest singular vectors of a weight: with
 * the r largest singular values of W and their vectors, U diag(S) V<sup>T</sup>,
 *
 * <p>W' = W + U diag(S) (diag(b) R diag(a) - I) V<sup>T</sup>,
 *
 * <p>where R is a rotation of size r, R = (I + S)(I - S)<sup>-1</sup> of a skew matrix with r(r -
 * 1)/2 parameters, and b and a are vectors of r factors each. What of W lies outside the r largest
 * singular values stays as it is.
 *
 * <p>The singular vectors are computed when an adapter is made or loaded, which takes about 20
 * seconds of one core for all layers of a model of a hundred million parameters. An adapter fits
 * only the weights that it was trained for. Its file has a check by which it is refused on others;
 * files of PEFT, and of versions of this library before that check, have none. GPT-2's Conv1D and
 * convolutions, which PEFT's PSOFT refuses, are adapted like linear layers.
 *
 * <p>Source: "Efficient Orthogonal Fine-Tuning with Principal Subspace Adaptation", <a
 * href="https://openreview.net/forum?id=FSHrinMArK">openreview.net/forum?id=FSHrinMArK</a>.
 */
public final class PsoftConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    static final Option<OrthogonalMap> MAP =
            Option.of("map", OrthogonalMap.CAYLEY)
                    .checked(PsoftConfig::requireMap)
                    .shown(map -> map == OrthogonalMap.MATRIX ? "not orthogonal" : "");

    /** The number of terms and the bound are shown for a series only. */
    static final Option<Integer> TERMS = RotationOptions.seriesTerms(MAP);

    static final Option<Double> BOUND =
            RotationOptions.BOUND.shown(
                    (bound, others) ->
                            others.get(MAP) == OrthogonalMap.NEUMANN && bound > 0
                                    ? "constrained to " + bound
                                    : "");

    static final Option<Boolean> SYMMETRIC = Option.of("symmetric", false).shown();
    static final Option<Boolean> OUTER_SCALE =
            Option.of("outer scale", true).shownAs("no outer scale");
    static final Option<Boolean> INNER_SCALE =
            Option.of("inner scale", true).shownAs("no inner scale");

    /** The field psoft_alpha of PEFT, by which the one factor is divided and the sum multiplied. */
    static final Option<Double> ALPHA = Option.positive("alpha", 32.0);

    private PsoftConfig(Builder builder) {
        super(
                "psoft",
                builder,
                PsoftConfig::builder,
                CommonOptions.RANK,
                MAP,
                TERMS,
                BOUND,
                SYMMETRIC,
                OUTER_SCALE,
                INNER_SCALE,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return how R is made from its parameters: {@link OrthogonalMap#CAYLEY}, {@link
     * OrthogonalMap#NEUMANN}, or {@link OrthogonalMap#MATRIX} where R is the parameter itself}
     */
    public OrthogonalMap map() {
        return get(MAP);
    }

    /** {@return the number of terms of the Neumann series, whose last one counts once} */
    public int terms() {
        return get(TERMS);
    }

    /**
     * {@return the largest Frobenius norm of the skew matrix in a Neumann series, 0 for no bound}
     */
    public double bound() {
        return get(BOUND);
    }

    /**
     * {@return true if R stands between the roots of the singular values on either side, false if
     * all of the singular values are on the side of the outputs}
     */
    public boolean symmetric() {
        return get(SYMMETRIC);
    }

    /** {@return true if there are factors b on the side of the outputs of R} */
    public boolean outerScale() {
        return get(OUTER_SCALE);
    }

    /** {@return true if there are factors a on the side of the inputs of R} */
    public boolean innerScale() {
        return get(INNER_SCALE);
    }

    @Override
    public boolean usesSingularVectors() {
        return true;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireRank(weight.requireLayer("PSOFT"), rank());
        return new PsoftAdapter(this, weight);
    }

    private static void requireMap(OrthogonalMap map) {
        if (map == OrthogonalMap.EXPONENTIAL || map == OrthogonalMap.GIVENS) {
            throw new IllegalArgumentException(
                    "PSOFT has no map '"
                            + map
                            + "'; its maps are cayley and neumann, and matrix for one that is"
                            + " not orthogonal");
        }
    }

    /** Builds a {@link PsoftConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets how R is made from its parameters. Default: {@link OrthogonalMap#CAYLEY}.
         *
         * @param map that, {@link OrthogonalMap#NEUMANN}, which is orthogonal only as far as its
         *     parameters are small, or {@link OrthogonalMap#MATRIX} for a matrix that need not be
         *     orthogonal
         */
        public Builder optMap(OrthogonalMap map) {
            return set(MAP, map);
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms a number from 2 to {@value NeumannSeries#MAX_TERMS}
         */
        public Builder optTerms(int terms) {
            return set(TERMS, terms);
        }

        /**
         * Scales the skew matrix of a Neumann series to a Frobenius norm where it is longer, so
         * that the series stays close to a rotation. Default: no bound.
         *
         * @param bound the largest norm, a positive number, usually less than 1
         */
        public Builder optConstrained(double bound) {
            return set(BOUND, bound);
        }

        /**
         * Puts the roots of the singular values on either side of R instead of all of them on the
         * side of the outputs: W' = W + U diag(S)<sup>1/2</sup> (R - I) diag(S)<sup>1/2</sup>
         * V<sup>T</sup>, which is PEFT's {@code pissa_init}.
         */
        public Builder optSymmetric(boolean symmetric) {
            return set(SYMMETRIC, symmetric);
        }

        /**
         * Sets whether the factors b are trained, PEFT's {@code psoft_mag_b}. Default: true.
         *
         * @param outerScale false to have none
         */
        public Builder optOuterScale(boolean outerScale) {
            return set(OUTER_SCALE, outerScale);
        }

        /**
         * Sets whether the factors a are trained, PEFT's {@code psoft_mag_a}. Default: true.
         *
         * @param innerScale false to have none
         */
        public Builder optInnerScale(boolean innerScale) {
            return set(INNER_SCALE, innerScale);
        }

        @Override
        public PsoftConfig build() {
            return new PsoftConfig(this);
        }
    }
}
