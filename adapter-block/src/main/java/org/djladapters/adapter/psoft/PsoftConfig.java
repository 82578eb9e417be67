/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
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
 * seconds of one core for all layers of a model of a hundred million parameters; an adapter fits
 * only the weights that it was trained for, and is refused on others unless PEFT wrote its file,
 * which can't tell. GPT-2's Conv1D and convolutions, which PEFT's PSOFT refuses, are layers here as
 * others.
 *
 * <p>Source: "Efficient Orthogonal Fine-Tuning with Principal Subspace Adaptation", <a
 * href="https://openreview.net/forum?id=FSHrinMArK">openreview.net/forum?id=FSHrinMArK</a>.
 */
public final class PsoftConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    /** The number of terms of the Neumann series where none is chosen, as in PEFT. */
    static final int DEFAULT_TERMS = 5;

    /** The value of a field of PEFT that changes nothing. */
    static final double DEFAULT_ALPHA = 32;

    private final int rank;
    private final OrthogonalMap map;
    private final int terms;
    private final double bound;
    private final boolean symmetric;
    private final boolean outerScale;
    private final boolean innerScale;
    private final double dropout;
    private final double alpha;

    private PsoftConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        map = builder.map;
        terms = builder.terms;
        bound = builder.bound;
        symmetric = builder.symmetric;
        outerScale = builder.outerScale;
        innerScale = builder.innerScale;
        dropout = builder.dropout;
        alpha = builder.alpha;
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
        return "psoft";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The number of singular vectors, which is the size of R.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * How R is made from its parameters.
     *
     * @return {@link OrthogonalMap#CAYLEY}, {@link OrthogonalMap#NEUMANN}, or {@link
     *     OrthogonalMap#MATRIX} where R is the parameter itself
     */
    public OrthogonalMap map() {
        return map;
    }

    /**
     * The number of terms of the Neumann series, whose last one counts once.
     *
     * @return the number
     */
    public int terms() {
        return terms;
    }

    /**
     * The largest Frobenius norm of the skew matrix in a Neumann series.
     *
     * @return the norm, 0 for no bound
     */
    public double bound() {
        return bound;
    }

    /**
     * Tells whether R stands between the roots of the singular values on either side.
     *
     * @return false if all of the singular values are on the side of the outputs
     */
    public boolean symmetric() {
        return symmetric;
    }

    /**
     * Tells whether there are factors b on the side of the outputs of R.
     *
     * @return true if so
     */
    public boolean outerScale() {
        return outerScale;
    }

    /**
     * Tells whether there are factors a on the side of the inputs of R.
     *
     * @return true if so
     */
    public boolean innerScale() {
        return innerScale;
    }

    /**
     * The probability with which an input of the update is left out in a training step.
     *
     * @return a number in [0, 1)
     */
    public double dropout() {
        return dropout;
    }

    /** The field psoft_alpha of PEFT, by which the one factor is divided and the sum multiplied. */
    double alpha() {
        return alpha;
    }

    @Override
    public boolean variesInTraining() {
        return dropout > 0 || super.variesInTraining();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        if (weight.kind() == WeightSpec.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    "PSOFT adapts layers, which an embedding is not; exclude it from the targets");
        }
        requireRank(weight, rank);
        return new PsoftAdapter(this, weight);
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("rank " + rank);
        text.append(map == OrthogonalMap.MATRIX ? ", not orthogonal" : "");
        if (map == OrthogonalMap.NEUMANN) {
            text.append(", neumann of ").append(terms).append(" terms");
            text.append(bound > 0 ? ", constrained to " + bound : "");
        }
        text.append(symmetric ? ", symmetric" : "");
        text.append(outerScale ? "" : ", no outer scale");
        text.append(innerScale ? "" : ", no inner scale");
        return text.append(dropout > 0 ? ", dropout " + dropout : "").toString();
    }

    /** Builds a {@link PsoftConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank = DEFAULT_RANK;
        private OrthogonalMap map = OrthogonalMap.CAYLEY;
        private int terms = DEFAULT_TERMS;
        private double bound;
        private boolean symmetric;
        private boolean outerScale = true;
        private boolean innerScale = true;
        private double dropout;
        private double alpha = DEFAULT_ALPHA;

        private Builder() {}

        private Builder(PsoftConfig config) {
            super(config);
            rank = config.rank;
            map = config.map;
            terms = config.terms;
            bound = config.bound;
            symmetric = config.symmetric;
            outerScale = config.outerScale;
            innerScale = config.innerScale;
            dropout = config.dropout;
            alpha = config.alpha;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the number of singular vectors. Default: {@value PsoftConfig#DEFAULT_RANK}.
         *
         * @param rank a number from 1 to the smallest number of inputs or outputs of a layer
         * @return this builder
         */
        public Builder optRank(int rank) {
            this.rank = positive("rank", rank);
            return this;
        }

        /**
         * Sets how R is made from its parameters. Default: {@link OrthogonalMap#CAYLEY}.
         *
         * @param map that, {@link OrthogonalMap#NEUMANN}, which is orthogonal only as far as its
         *     parameters are small, or {@link OrthogonalMap#MATRIX} for a matrix that need not be
         *     orthogonal
         * @return this builder
         */
        public Builder optMap(OrthogonalMap map) {
            if (map == OrthogonalMap.EXPONENTIAL || map == OrthogonalMap.GIVENS) {
                throw new IllegalArgumentException(
                        "PSOFT has no map '"
                                + map
                                + "'; its maps are cayley and neumann, and matrix for one that is"
                                + " not orthogonal");
            }
            this.map = map;
            return this;
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms a number from 2 to {@value NeumannSeries#MAX_TERMS}
         * @return this builder
         */
        public Builder optTerms(int terms) {
            if (terms < 2) {
                throw new IllegalArgumentException(
                        "The number of terms must be at least 2, got " + terms);
            }
            this.terms = positive("number of terms", terms, NeumannSeries.MAX_TERMS);
            return this;
        }

        /**
         * Scales the skew matrix of a Neumann series to a Frobenius norm where it is longer, so
         * that the series stays close to a rotation. Default: no bound.
         *
         * @param bound the largest norm, a positive number, usually below 1
         * @return this builder
         */
        public Builder optConstrained(double bound) {
            this.bound = positive("bound of constrained rotations", bound);
            return this;
        }

        /**
         * Puts the roots of the singular values on either side of R instead of all of them on the
         * side of the outputs: W' = W + U diag(S)<sup>1/2</sup> (R - I) diag(S)<sup>1/2</sup>
         * V<sup>T</sup>, which is PEFT's {@code pissa_init}.
         *
         * @param symmetric true to do so
         * @return this builder
         */
        public Builder optSymmetric(boolean symmetric) {
            this.symmetric = symmetric;
            return this;
        }

        /**
         * Sets whether the factors b are trained, PEFT's {@code psoft_mag_b}. Default: true.
         *
         * @param outerScale false to have none
         * @return this builder
         */
        public Builder optOuterScale(boolean outerScale) {
            this.outerScale = outerScale;
            return this;
        }

        /**
         * Sets whether the factors a are trained, PEFT's {@code psoft_mag_a}. Default: true.
         *
         * @param innerScale false to have none
         * @return this builder
         */
        public Builder optInnerScale(boolean innerScale) {
            this.innerScale = innerScale;
            return this;
        }

        /**
         * Sets the probability with which an input of the update is left out in a training step.
         *
         * @param dropout a number in [0, 1)
         * @return this builder
         */
        public Builder optDropout(double dropout) {
            this.dropout = probability("dropout", dropout);
            return this;
        }

        /** Sets the field of PEFT of this name. */
        Builder optAlpha(double alpha) {
            this.alpha = positive("alpha", alpha);
            return this;
        }

        @Override
        public PsoftConfig build() {
            return new PsoftConfig(this);
        }
    }
}
