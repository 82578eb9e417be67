/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.supertuning;

import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of SuperTuning: W' = W + D, where D has entries that train in the places of the
 * largest, or smallest, entries of W, by their absolute value, and zeros elsewhere. They start at
 * zero, and their places are in the file.
 *
 * <p>PEFT's form with a product of low rank beside it is refused.
 *
 * <p>Source: arXiv 2607.09287.
 */
public final class SupertuningConfig extends MethodConfig {

    static final Option<Double> SPARSITY =
            Option.of("sparsity", 0.99)
                    .checked(SupertuningConfig::requireShare)
                    .shown(sparsity -> "sparsity " + PlainNumber.of(sparsity));

    static final Option<Boolean> SMALLEST = Option.of("smallest entries", false).shown();

    private SupertuningConfig(Builder builder) {
        super("supertuning", builder, SupertuningConfig::builder, SPARSITY, SMALLEST);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the share of the entries that do not train} */
    public double sparsity() {
        return get(SPARSITY);
    }

    /** {@return true if the smallest entries train} */
    public boolean smallest() {
        return get(SMALLEST);
    }

    private static void requireShare(double sparsity) {
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException(
                    "The sparsity must be from 0 to below 1, got " + PlainNumber.of(sparsity));
        }
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("SuperTuning");
        long count = (long) (weight.shape().size() * (1 - sparsity()));
        if (count < 1) {
            throw new IllegalArgumentException(
                    "A sparsity of %s leaves nothing of %d entries to train; choose a smaller one"
                            .formatted(PlainNumber.of(sparsity()), weight.shape().size()));
        }
        return new SupertuningAdapter(this, weight, count);
    }

    /** Builds a {@link SupertuningConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /** Sets the share of the entries that do not train, from 0 to below 1. Default: 0.99. */
        public Builder optSparsity(double sparsity) {
            return set(SPARSITY, sparsity);
        }

        /** Sets whether the smallest entries train in place of the largest. Default: false. */
        public Builder optSmallest(boolean smallest) {
            return set(SMALLEST, smallest);
        }

        @Override
        public SupertuningConfig build() {
            return new SupertuningConfig(this);
        }
    }
}
