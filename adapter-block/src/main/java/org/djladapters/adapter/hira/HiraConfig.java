/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hira;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of HiRA: W' = W + W &#8857; (B A), the weight times a product of rank r, entry
 * by entry, which may have any rank.
 *
 * <p>Source: Huang et al., "HiRA: Parameter-Efficient Hadamard High-Rank Adaptation for Large
 * Language Models", ICLR 2025.
 */
public final class HiraConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    private HiraConfig(Builder builder) {
        super("hira", builder, HiraConfig::builder, CommonOptions.RANK, CommonOptions.RANK_PATTERN);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the rank for modules without a pattern} */
    public int rank() {
        return get(CommonOptions.RANK);
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
        return new HiraAdapter(this, weight.requireLayer("HiRA"));
    }

    /** Builds a {@link HiraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {
            set(CommonOptions.RANK, DEFAULT_RANK);
        }

        /**
         * Sets the rank. Default: {@value HiraConfig#DEFAULT_RANK}.
         *
         * @param rank a number &ge; 1
         */
        public Builder optRank(int rank) {
            return set(CommonOptions.RANK, rank);
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
        public HiraConfig build() {
            return new HiraConfig(this);
        }
    }
}
