/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;

/**
 * The configuration of LoRA-XS: W' = W + s U<sub>r</sub> &Sigma;<sub>r</sub> R
 * V<sub>r</sub><sup>T</sup>, where U<sub>r</sub>, &Sigma;<sub>r</sub> and V<sub>r</sub> are the r
 * largest singular values of W and their vectors, which stay as they are, R of shape (r, r) is
 * trained, and s = &alpha;/r. A layer has r&sup2; parameters, however wide it is.
 *
 * <p>R starts at zero, so that a new adapter changes nothing; the paper draws it from a normal
 * distribution of deviation 1e-5. The singular vectors are computed when an adapter is made or
 * loaded, which takes about 20 seconds of one core for all layers of a model of a hundred million
 * parameters; an adapter fits only the weights that it was trained for, and is refused on others.
 *
 * <p>Source: Ba&#322;azy, Banaei, Aberer and Tabor, "LoRA-XS: Low-Rank Adaptation with Extremely
 * Small Number of Parameters", arXiv 2405.17604.
 */
public final class LoraXsConfig extends MethodConfig {

    /** The rank where none is chosen. */
    public static final int DEFAULT_RANK = 16;

    /** The value of &alpha; where none is chosen, as in the paper. */
    public static final double DEFAULT_ALPHA = 16;

    private final int rank;
    private final double alpha;
    private final double dropout;

    private LoraXsConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        alpha = builder.alpha;
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
        return "loraxs";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The number of singular vectors.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * The number that the scaling comes from.
     *
     * @return &alpha;
     */
    public double alpha() {
        return alpha;
    }

    /**
     * The factor of the update.
     *
     * @return s = &alpha;/r
     */
    public double scaling() {
        return alpha / rank;
    }

    /**
     * The probability with which an input of the update is left out in a training step.
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
        if (weight.kind() == WeightSpec.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    "LoRA-XS adapts layers, which an embedding is not; exclude it from the"
                            + " targets");
        }
        requireRank(weight, rank);
        return new LoraXsAdapter(this, weight);
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("rank " + rank);
        text.append(", alpha ").append(PlainNumber.of(alpha));
        return text.append(dropout > 0 ? ", dropout " + dropout : "").toString();
    }

    /** Builds a {@link LoraXsConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank = DEFAULT_RANK;
        private double alpha = DEFAULT_ALPHA;
        private double dropout;

        private Builder() {}

        private Builder(LoraXsConfig config) {
            super(config);
            rank = config.rank;
            alpha = config.alpha;
            dropout = config.dropout;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the number of singular vectors. Default: {@value LoraXsConfig#DEFAULT_RANK}.
         *
         * @param rank a number from 1 to the smallest number of inputs or outputs of a layer
         * @return this builder
         */
        public Builder optRank(int rank) {
            this.rank = positive("rank", rank);
            return this;
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: {@value
         * LoraXsConfig#DEFAULT_ALPHA}.
         *
         * @param alpha a positive number
         * @return this builder
         */
        public Builder optAlpha(double alpha) {
            this.alpha = positive("alpha", alpha);
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

        @Override
        public LoraXsConfig build() {
            return new LoraXsConfig(this);
        }
    }
}
