/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LycorisConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of LoHa: W' = W + s (B<sub>1</sub> A<sub>1</sub>) &#8857; (B<sub>2</sub>
 * A<sub>2</sub>), the product, entry by entry, of two matrices of rank r, with s = &alpha;/r. Its
 * rank is up to r&sup2;.
 *
 * <p>B<sub>i</sub> are of shape (out, r) and A<sub>i</sub> of shape (r, in); the inputs of a
 * convolution are the entries of a filter, unless {@linkplain Builder#optEffective effective} ones
 * are factored along all of their axes. GPT-2's Conv1D, which PEFT's LoHa refuses, is a linear
 * layer here.
 *
 * <p>Sources: Hyeon-Woo, Ye-Bin and Oh, "FedPara: Low-Rank Hadamard Product for Communication-
 * Efficient Federated Learning", arXiv 2108.06098; Yeh et al., arXiv 2309.14859.
 */
public final class LoHaConfig extends LycorisConfig {

    private LoHaConfig(Builder builder) {
        super(
                "loha",
                builder,
                LoHaConfig::builder,
                CommonOptions.RANK,
                CommonOptions.ALPHA,
                CommonOptions.RANK_PATTERN,
                CommonOptions.ALPHA_PATTERN,
                CommonOptions.EFFECTIVE);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new LoHaAdapter(this, weight.requireLayer("LoHa"));
    }

    /** Builds a {@link LoHaConfig}. */
    public static final class Builder extends LycorisConfig.Builder<Builder> {

        private Builder() {}

        @Override
        public LoHaConfig build() {
            return new LoHaConfig(this);
        }
    }
}
