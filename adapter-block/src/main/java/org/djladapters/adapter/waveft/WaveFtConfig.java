/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.waveft;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.SpectrumConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of WaveFT: W' = W + s H<sup>-1</sup>(E), where E of the shape of W has entries
 * that train, in places that are drawn from a seed, and zeros elsewhere, and H<sup>-1</sup> is the
 * inverse of one step of the two-dimensional Haar wavelet transform, or is left out. Sides of odd
 * length have a zero more before it.
 *
 * <p>PEFT's other wavelets are refused.
 *
 * <p>Source: Bilican et al., "Exploring Sparsity for Parameter Efficient Fine Tuning Using
 * Wavelets", arXiv 2505.12532.
 */
public final class WaveFtConfig extends SpectrumConfig {

    static final Option<Boolean> DIRECT = Option.of("direct entries", false).shown();

    static final Option<Boolean> PROPORTIONAL = Option.of("proportional", false).shown();

    private WaveFtConfig(Builder builder) {
        super(
                "waveft",
                builder,
                WaveFtConfig::builder,
                CommonOptions.FREQUENCIES,
                CommonOptions.UPDATE_SCALING,
                CommonOptions.FREQUENCY_SEED,
                DIRECT,
                PROPORTIONAL,
                CommonOptions.FREQUENCY_PATTERN);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return true if the entries are those of the update itself} */
    public boolean direct() {
        return get(DIRECT);
    }

    /** {@return true if larger weights have more coefficients, whatever the patterns say} */
    public boolean proportional() {
        return get(PROPORTIONAL);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return newAdapters(List.of(weight)).get(0);
    }

    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("WaveFT"));
        double all = weights.stream().mapToDouble(weight -> weight.shape().size()).sum();
        double budget = (double) frequencies() * weights.size();
        List<WeightAdapter> adapters = new ArrayList<>();
        for (WeightSpec weight : weights) {
            // as Python rounds, half to even
            int share = (int) Math.max(1, Math.rint(weight.shape().size() / all * budget));
            int count = proportional() ? share : frequencies(weight.path());
            adapters.add(
                    weight.named(
                            () ->
                                    new WaveFtAdapter(
                                            this, weight, requireFrequencies(weight, count))));
        }
        return adapters;
    }

    /** Builds a {@link WaveFtConfig}. */
    public static final class Builder extends SpectrumConfig.Builder<Builder> {

        private Builder() {
            super(2592, 25);
        }

        /** Sets whether the entries are those of the update itself. Default: false. */
        public Builder optDirect(boolean direct) {
            return set(DIRECT, direct);
        }

        /**
         * Sets whether the coefficients of all layers are shared out by the sizes of the weights.
         * Default: false, every layer has the same number.
         */
        public Builder optProportional(boolean proportional) {
            return set(PROPORTIONAL, proportional);
        }

        @Override
        public WaveFtConfig build() {
            return new WaveFtConfig(this);
        }
    }
}
