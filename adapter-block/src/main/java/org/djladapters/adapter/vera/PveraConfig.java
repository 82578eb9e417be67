/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.random.RandomProjections;

/**
 * The configuration of PVeRA, probabilistic VeRA: predictions are those of VeRA. In PEFT's training
 * the results of A are means and, in a second half of A and &lambda;<sub>d</sub>, logarithms of the
 * variances of normal numbers, which are drawn for every token. Training here draws none, and
 * leaves the second half as it is.
 *
 * <p>Source: Fillioux et al., "PVeRA: Probabilistic Vector-Based Random Matrix Adaptation", arXiv
 * 2512.07703.
 */
public final class PveraConfig extends LowRankConfig {

    private PveraConfig(Builder builder) {
        super(
                "pvera",
                builder,
                PveraConfig::builder,
                CommonOptions.RANK,
                VeraConfig.INITIAL,
                VeraConfig.SEED,
                CommonOptions.DROPOUT,
                VeraConfig.SAVE_PROJECTIONS);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** Makes an adapter with projections of its own. */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return newAdapters(List.of(weight)).get(0);
    }

    /** Makes adapters that share projections. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("PVeRA"));
        int rows = 2 * rank();
        RandomProjections projections =
                new RandomProjections(get(VeraConfig.SEED), rows, rank(), weights);
        return weights.stream()
                .<WeightAdapter>map(weight -> new VeraAdapter(this, rows, projections, weight))
                .toList();
    }

    /** Builds a {@link PveraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(VeraConfig.DEFAULT_RANK);
        }

        /**
         * Sets the value that the entries of &lambda;<sub>d</sub> start with. Default: 0.1.
         *
         * @param initial a finite number other than 0: from 0 nothing would train
         */
        public Builder optDInitial(double initial) {
            return set(VeraConfig.INITIAL, initial);
        }

        /**
         * Sets the seed from which the projections are drawn. Default: 0.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(int seed) {
            return set(VeraConfig.SEED, seed);
        }

        /**
         * Sets whether checkpoints keep the projections. Default: true.
         *
         * @param saveProjections false to draw them again from the seed
         */
        public Builder optSaveProjections(boolean saveProjections) {
            return set(VeraConfig.SAVE_PROJECTIONS, saveProjections);
        }

        @Override
        public PveraConfig build() {
            return new PveraConfig(this);
        }
    }
}
