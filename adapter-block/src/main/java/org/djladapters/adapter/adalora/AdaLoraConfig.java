/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of AdaLoRA: W' = W + s B diag(E) A with A of shape (r, in), E of shape (r) and
 * B of shape (out, r), where s = &alpha;/r.
 *
 * <p>AdaLoRA as published takes ranks away while it trains, most where they matter least, and keeps
 * A and B nearly orthogonal by a term of the loss. Adapters of PEFT that were trained so load here,
 * and train on with the ranks that each layer has left. Training here takes no ranks away and has
 * no such term: a new adapter is LoRA with a factor for every rank.
 *
 * <p>Source: Zhang et al., "AdaLoRA: Adaptive Budget Allocation for Parameter-Efficient
 * Fine-Tuning", arXiv 2303.10512.
 */
public final class AdaLoraConfig extends LowRankConfig {

    /** The rank where none is chosen, that with which PEFT begins. */
    public static final int DEFAULT_RANK = 12;

    private AdaLoraConfig(Builder builder) {
        super(
                "adalora",
                builder,
                AdaLoraConfig::builder,
                CommonOptions.RANK,
                CommonOptions.ALPHA,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return &alpha;, from which the scaling comes} */
    public double alpha() {
        return get(CommonOptions.ALPHA);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new AdaLoraAdapter(this, weight.requireLayer("AdaLoRA"));
    }

    /** Builds an {@link AdaLoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: 8, as in PEFT.
         *
         * @param alpha a positive number
         */
        public Builder optAlpha(double alpha) {
            return set(CommonOptions.ALPHA, alpha);
        }

        @Override
        public AdaLoraConfig build() {
            return new AdaLoraConfig(this);
        }
    }
}
