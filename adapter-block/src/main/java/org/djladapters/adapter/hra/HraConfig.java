/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

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

    /** The largest number of reflections. */
    public static final int MAX_RANK = 128;

    static final Option<Integer> RANK = Option.positive("rank", 8, MAX_RANK).alwaysShown();

    /** That of some adapters of PEFT. */
    static final Option<Boolean> ORTHONORMAL = Option.of("orthonormal", false).shown();

    private HraConfig(Builder builder) {
        super("hra", builder, HraConfig::builder, RANK, ORTHONORMAL);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the number of reflections r} */
    public int rank() {
        return get(RANK);
    }

    /** Tells whether the vectors are made orthonormal before they reflect. */
    boolean isOrthonormal() {
        return get(ORTHONORMAL);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        if (isOrthonormal()) {
            throw new IllegalArgumentException(
                    "Reflections at vectors that are made orthonormal can't start where the weight"
                            + " is unchanged; take another method, or HRA without it");
        }
        if (rank() % 2 != 0) {
            throw new IllegalArgumentException(
                    "An odd number of reflections ("
                            + rank()
                            + ") can't start where the weight is unchanged; choose an even rank");
        }
        return adapterForCheckpoint(weight);
    }

    /** Makes adapters for parameters that exist already, of which there may be an odd number. */
    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return WeightSpec.each(weights, this::adapterForCheckpoint);
    }

    private HraAdapter adapterForCheckpoint(WeightSpec weight) {
        return new HraAdapter(weight.rotatedInputs("HRA"), rank(), isOrthonormal(), weight);
    }

    /** Builds an {@link HraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /**
         * Sets the number of reflections. Default: 8, as in PEFT.
         *
         * @param rank an even number, at most {@value HraConfig#MAX_RANK}
         */
        public Builder optRank(int rank) {
            return set(RANK, rank);
        }

        @Override
        public HraConfig build() {
            return new HraConfig(this);
        }
    }
}
