/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

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
public final class LoraXsConfig extends LowRankConfig {

    /** The rank where none is chosen. */
    public static final int DEFAULT_RANK = 16;

    static final Option<Double> ALPHA =
            Option.positive("alpha", 16.0).shown(alpha -> "alpha " + PlainNumber.of(alpha));

    private LoraXsConfig(Builder builder) {
        super(
                "loraxs",
                builder,
                LoraXsConfig::builder,
                CommonOptions.RANK,
                ALPHA,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return &alpha;, from which the scaling comes} */
    public double alpha() {
        return get(ALPHA);
    }

    /** {@return the factor of the update, s = &alpha;/r} */
    public double scaling() {
        return alpha() / rank();
    }

    @Override
    public boolean usesSingularVectors() {
        return true;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireRank(weight.requireLayer("LoRA-XS"), rank());
        return new LoraXsAdapter(this, weight);
    }

    /** Builds a {@link LoraXsConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: 16, as in the paper.
         *
         * @param alpha a positive number
         */
        public Builder optAlpha(double alpha) {
            return set(ALPHA, alpha);
        }

        @Override
        public LoraXsConfig build() {
            return new LoraXsConfig(this);
        }
    }
}
