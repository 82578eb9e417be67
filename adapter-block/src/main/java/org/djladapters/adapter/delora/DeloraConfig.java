/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.delora;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of DeLoRA: W' = W + (&lambda;/r) (&sum;<sub>i</sub> b<sub>i</sub> a<sub>i</sub>
 * / (|b<sub>i</sub>| |a<sub>i</sub>|)) diag(n), where n are the norms of the columns of W. The
 * columns b<sub>i</sub> of B and the rows a<sub>i</sub> of A give directions alone, and &lambda;,
 * which trains as well, bounds the length of the change.
 *
 * <p>Source: Bini, Girrbach and Akata, "Decoupling Angles and Strength in Low-rank Adaptation",
 * arXiv 2503.18225.
 */
public final class DeloraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 8;

    static final Option<Double> BOUND =
            Option.positive("bound", 15.0).shown(bound -> "bound " + PlainNumber.of(bound));

    private DeloraConfig(Builder builder) {
        super(
                "delora",
                builder,
                DeloraConfig::builder,
                CommonOptions.RANK,
                BOUND,
                CommonOptions.RANK_PATTERN,
                CommonOptions.DROPOUT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return what &lambda; starts with} */
    public double bound() {
        return get(BOUND);
    }

    /** Returns the rank for a module. */
    int rank(String path) {
        return get(CommonOptions.RANK_PATTERN).valueFor(path, rank());
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return get(CommonOptions.RANK_PATTERN).warning("rank pattern", paths).stream().toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new DeloraAdapter(this, weight.requireLinear("DeLoRA"));
    }

    /** Builds a {@link DeloraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets what &lambda; starts with. Default: 15, as in PEFT.
         *
         * @param bound a positive number
         */
        public Builder optBound(double bound) {
            return set(BOUND, bound);
        }

        /**
         * Sets other ranks for some modules.
         *
         * @param ranks ranks by suffix or regular expression, see {@link ModulePatterns}
         */
        public Builder optRankPattern(Map<String, Integer> ranks) {
            return set(CommonOptions.RANK_PATTERN, ModulePatterns.of(ranks));
        }

        @Override
        public DeloraConfig build() {
            return new DeloraConfig(this);
        }
    }
}
