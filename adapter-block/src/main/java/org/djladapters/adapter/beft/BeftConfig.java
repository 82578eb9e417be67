/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of BEFT: b' = b + t, where t of shape (out), zeros at the start, trains. The
 * paper adapts the value projections only; {@code bitfit} trains all biases of a model as they are.
 *
 * <p>A layer without a bias, which PEFT adapts but can't merge, is refused.
 *
 * <p>Source: Huang et al., "BEFT: Bias-Efficient Fine-Tuning of Language Models", arXiv 2509.15974.
 */
public final class BeftConfig extends MethodConfig {

    private BeftConfig(Builder builder) {
        super("beft", builder, BeftConfig::builder);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        if (!weight.requireLinear("BEFT").biased()) {
            throw new IllegalArgumentException(
                    "The layer has no bias for BEFT to change; leave it out of the targets");
        }
        return new BeftAdapter(weight);
    }

    /** Builds a {@link BeftConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        @Override
        public BeftConfig build() {
            return new BeftConfig(this);
        }
    }
}
