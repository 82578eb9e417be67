/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of HRA, Householder reflection adaptation: the inputs of a layer are reflected
 * r times, W' = W H<sub>1</sub> H<sub>2</sub> ... H<sub>r</sub> with H<sub>i</sub> = I - 2
 * u<sub>i</sub> u<sub>i</sub><sup>T</sup> / &#8741;u<sub>i</sub>&#8741;<sup>2</sup>.
 *
 * <p>The vectors start in equal pairs, so that a new adapter changes nothing; for this their number
 * is even. The inputs of a convolution are the entries of a filter, in the order channel, row,
 * column. GPT-2's Conv1D, which PEFT's HRA refuses, is a linear layer here.
 *
 * <p>A checkpoint of PEFT may have its vectors made orthonormal before they reflect (the option
 * {@code apply_GS}): W' = W (I - 2 Q Q<sup>T</sup>) with Q Q<sup>T</sup> the projection onto what
 * they span. That is never the identity, so no adapter can start there.
 *
 * <p>Training multiplies the inputs of a layer by a matrix as wide as they are.
 *
 * <p>Source: Yuan, Liu and Xu, "Bridging The Gap between Low-rank and Orthogonal Adaptation via
 * Householder Reflection Adaptation", arXiv 2405.17484.
 */
public final class HraConfig extends MethodConfig {

    /** The number of reflections where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 8;

    /** The largest number of reflections. */
    public static final int MAX_RANK = 128;

    private final int rank;
    private final boolean orthonormal;

    private HraConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        orthonormal = builder.orthonormal;
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
        return "hra";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the number of reflections.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * Tells whether the vectors are made orthonormal before they reflect.
     *
     * @return true for some adapters of PEFT
     */
    boolean isOrthonormal() {
        return orthonormal;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        if (orthonormal) {
            throw new IllegalArgumentException(
                    "Reflections at vectors that are made orthonormal can't start where the weight"
                            + " is unchanged; take another method, or HRA without it");
        }
        if (rank % 2 != 0) {
            throw new IllegalArgumentException(
                    "An odd number of reflections ("
                            + rank
                            + ") can't start where the weight is unchanged; choose an even rank");
        }
        return adapterForCheckpoint(weight);
    }

    /** Makes adapters for parameters that exist already, of which there may be an odd number. */
    List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        List<WeightAdapter> adapters = new ArrayList<>();
        for (WeightSpec weight : weights) {
            adapters.add(weight.named(() -> adapterForCheckpoint(weight)));
        }
        return adapters;
    }

    private HraAdapter adapterForCheckpoint(WeightSpec weight) {
        return new HraAdapter(weight.rotatedInputs("HRA"), rank, orthonormal, weight);
    }

    @Override
    protected String options() {
        return "rank " + rank + (orthonormal ? ", orthonormal" : "");
    }

    /** Builds an {@link HraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank = DEFAULT_RANK;
        private boolean orthonormal;

        private Builder() {}

        private Builder(HraConfig config) {
            super(config);
            rank = config.rank;
            orthonormal = config.orthonormal;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the number of reflections. Default: {@value HraConfig#DEFAULT_RANK}.
         *
         * @param rank an even number, at most {@value HraConfig#MAX_RANK}
         * @return this builder
         */
        public Builder optRank(int rank) {
            this.rank = positive("rank", rank, MAX_RANK);
            return this;
        }

        /** Sets whether the vectors are made orthonormal before they reflect. */
        Builder optOrthonormal(boolean orthonormal) {
            this.orthonormal = orthonormal;
            return this;
        }

        @Override
        public HraConfig build() {
            return new HraConfig(this);
        }
    }
}
