/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.SpectrumConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of FourierFT: W' = W + s Re F<sup>-1</sup>(E), where E of shape (out, in) has n
 * entries that train, in places that are drawn from a seed, and zeros elsewhere, and F<sup>-1</sup>
 * is the inverse two-dimensional discrete Fourier transform, which divides by out &middot; in.
 *
 * <p>The places are those that PEFT draws, equal for all layers of one shape. The entries start at
 * zero, so that a new adapter changes nothing; PEFT draws them from the standard normal
 * distribution by default.
 *
 * <p>Source: Gao et al., "Parameter-Efficient Fine-Tuning with Discrete Fourier Transform", arXiv
 * 2405.03003.
 */
public final class FourierFtConfig extends SpectrumConfig {

    private FourierFtConfig(Builder builder) {
        super(
                "fourierft",
                builder,
                FourierFtConfig::builder,
                CommonOptions.FREQUENCIES,
                CommonOptions.UPDATE_SCALING,
                CommonOptions.FREQUENCY_SEED,
                CommonOptions.FREQUENCY_PATTERN);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.requireLinear("FourierFT");
        int count = requireFrequencies(weight, frequencies(weight.path()));
        return new FourierFtAdapter(this, weight, count);
    }

    /** Builds a {@link FourierFtConfig}. */
    public static final class Builder extends SpectrumConfig.Builder<Builder> {

        private Builder() {
            super(1000, 150);
        }

        @Override
        public FourierFtConfig build() {
            return new FourierFtConfig(this);
        }
    }
}
