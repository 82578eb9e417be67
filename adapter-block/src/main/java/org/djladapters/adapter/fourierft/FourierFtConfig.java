/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

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
public final class FourierFtConfig extends MethodConfig {

    static final Option<Integer> FREQUENCIES =
            Option.positive("number of frequencies", 1000).alwaysShownAs("frequencies");

    static final Option<Double> SCALING =
            Option.positive("scaling of the update", 150.0)
                    .shown(scaling -> "scaling " + PlainNumber.of(scaling));

    static final Option<Integer> SEED = CommonOptions.seed("frequencies", 777);

    static final Option<ModulePatterns<Integer>> FREQUENCY_PATTERN =
            CommonOptions.patterns("number of frequencies", Option::requirePositive);

    private FourierFtConfig(Builder builder) {
        super(
                "fourierft",
                builder,
                FourierFtConfig::builder,
                FREQUENCIES,
                SCALING,
                SEED,
                FREQUENCY_PATTERN);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the number of trained coefficients of modules without a pattern} */
    public int frequencies() {
        return get(FREQUENCIES);
    }

    /** {@return the factor of the update, s} */
    public double scaling() {
        return get(SCALING);
    }

    /** {@return the seed from which the places are drawn} */
    public int seed() {
        return get(SEED);
    }

    /** Returns other numbers of coefficients for some modules. */
    @Internal
    public ModulePatterns<Integer> frequencyPatterns() {
        return get(FREQUENCY_PATTERN);
    }

    /** Returns the number of coefficients of a module. */
    int frequencies(String path) {
        return frequencyPatterns().valueFor(path, frequencies());
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return frequencyPatterns().warning("frequency pattern", paths).stream().toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        long size = weight.requireLinear("FourierFT").shape().size();
        int count = frequencies(weight.path());
        if (count > size) {
            throw new IllegalArgumentException(
                    "A weight of %d numbers has no %d frequencies; choose at most %d"
                            .formatted(size, count, size));
        }
        return new FourierFtAdapter(this, weight);
    }

    /** Builds a {@link FourierFtConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /**
         * Sets the number of trained coefficients of a layer. Default: 1000, as in PEFT.
         *
         * @param frequencies a number &ge; 1, at most that of the entries of a weight
         */
        public Builder optFrequencies(int frequencies) {
            return set(FREQUENCIES, frequencies);
        }

        /**
         * Sets the factor of the update. Default: 150, as in PEFT.
         *
         * @param scaling a positive number
         */
        public Builder optScaling(double scaling) {
            return set(SCALING, scaling);
        }

        /**
         * Sets the seed from which the places are drawn. Default: 777, as in PEFT.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(SEED, seed);
        }

        /**
         * Sets other numbers of coefficients for some modules. A key is a regular expression for a
         * whole path or what follows a dot in it; of several for one module the first counts, as in
         * PEFT.
         *
         * @param frequencies numbers by pattern, in their order
         */
        public Builder optFrequencyPattern(Map<String, Integer> frequencies) {
            return set(FREQUENCY_PATTERN, ModulePatterns.inOrder(frequencies));
        }

        @Override
        public FourierFtConfig build() {
            return new FourierFtConfig(this);
        }
    }
}
