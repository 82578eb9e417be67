/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of LoRA: W' = W + s B A with A of shape (r, in) and B of shape (out, r), where
 * s = &alpha;/r, or &alpha;/&radic;r with {@linkplain Builder#optRsLora rank stabilization}.
 *
 * <p>Sources: Hu et al., arXiv 2106.09685; rank stabilization: Kalajdzievski, arXiv 2312.03732;
 * {@linkplain Builder#optDora DoRA}: Liu et al., arXiv 2402.09353.
 */
public final class LoraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 8;

    static final Option<Boolean> RS_LORA = Option.of("rslora", false).shown();
    static final Option<Boolean> DORA = Option.of("dora", false).shown();
    static final Option<LoraInit> INIT = Option.of("init", LoraInit.DEFAULT).shown();
    static final Option<Boolean> LORA_BIAS =
            Option.of("bias of LoRA", false).shownAs("with a bias of its own");

    static final Option<Double> PLUS_RATIO =
            Option.positive("ratio of LoRA+", 1.0)
                    .shown(ratio -> "lora+ " + PlainNumber.of(ratio))
                    .unlessDefault();

    private LoraConfig(Builder builder) {
        super(
                "lora",
                builder,
                LoraConfig::builder,
                CommonOptions.RANK,
                CommonOptions.ALPHA,
                RS_LORA,
                DORA,
                CommonOptions.RANK_PATTERN,
                CommonOptions.ALPHA_PATTERN,
                INIT,
                LORA_BIAS,
                PLUS_RATIO,
                CommonOptions.DROPOUT);
        if (loraBias() && dora()) {
            throw new IllegalArgumentException(
                    "DoRA has no place for a LoRA bias; set one of the two");
        }
        if (loraBias() && init() != LoraInit.DEFAULT && init() != LoraInit.RANDOM) {
            throw new IllegalArgumentException(
                    "PEFT has a LoRA bias only with the default initialization; set one of the"
                            + " two");
        }
        if (moduleDropout() > 0) {
            throw new IllegalArgumentException(
                    "LoRA has no module dropout; set the LoRA dropout instead");
        }
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the rank for a module.
     *
     * @param path the module path
     * @return that of a pattern, or {@link #rank()}
     */
    public int rank(String path) {
        return rankPatterns().valueFor(path, rank());
    }

    /** {@return &alpha;, from which the scaling comes, for modules without a pattern} */
    public double alpha() {
        return get(CommonOptions.ALPHA);
    }

    /**
     * Returns the factor of B A for a module.
     *
     * @param path the module path
     * @return s
     */
    public double scaling(String path) {
        double r = rank(path);
        return alphaPatterns().valueFor(path, alpha()) / (rsLora() ? Math.sqrt(r) : r);
    }

    /** {@return true if the scaling is &alpha;/&radic;r, false for &alpha;/r} */
    public boolean rsLora() {
        return get(RS_LORA);
    }

    /** {@return true if the norms of the rows of the weight train apart from their directions} */
    public boolean dora() {
        return get(DORA);
    }

    /** Returns other ranks for some modules. */
    @Internal
    public ModulePatterns<Integer> rankPatterns() {
        return get(CommonOptions.RANK_PATTERN);
    }

    /** Returns other values of &alpha; for some modules. */
    @Internal
    public ModulePatterns<Double> alphaPatterns() {
        return get(CommonOptions.ALPHA_PATTERN);
    }

    /** {@return how A and B start} */
    public LoraInit init() {
        return get(INIT);
    }

    /** {@return true if B has a bias, which is scaled like B} */
    public boolean loraBias() {
        return get(LORA_BIAS);
    }

    /**
     * Returns the learning rate of B divided by that of A (LoRA+). It matters to training only, and
     * is in no file.
     *
     * @return the ratio, 1 for equal rates
     */
    public double plusRatio() {
        return get(PLUS_RATIO);
    }

    @Override
    public boolean usesSingularVectors() {
        return init().takesFromWeight();
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return Stream.of(
                        rankPatterns().warning("rank pattern", paths),
                        alphaPatterns().warning("alpha pattern", paths))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireRank(weight, rank(weight.path()));
        return newAdapterOfAnyRank(weight);
    }

    private LoraAdapter newAdapterOfAnyRank(WeightSpec weight) {
        boolean embedding = weight.kind() == WeightSpec.Kind.EMBEDDING;
        if (init().takesFromWeight() && !embedding) {
            requireStart(weight);
        }
        if (loraBias() && (embedding || !weight.biased())) {
            throw new IllegalArgumentException(
                    (embedding ? "An embedding" : "The layer")
                            + " has no bias for the LoRA bias to change; leave it out of the"
                            + " targets, or leave out the LoRA bias");
        }
        return new LoraAdapter(this, weight);
    }

    private void requireStart(WeightSpec weight) {
        boolean possible =
                weight.kind() == WeightSpec.Kind.LINEAR
                        || (weight.kind() == WeightSpec.Kind.CONV1D && init() == LoraInit.PISSA);
        if (!possible) {
            throw new IllegalArgumentException(
                    "The start "
                            + init()
                            + " is for linear layers"
                            + (init() == LoraInit.OLORA ? " with a weight of (out, in)" : "")
                            + ", which this is not; leave it out of the targets, or choose another"
                            + " start");
        }
        requireRank(weight, rank(weight.path()));
    }

    /** Makes adapters of any rank: a checkpoint may have a larger one than the weight allows. */
    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        LoraConfig identity =
                init().takesFromWeight() ? this : (LoraConfig) with(INIT, LoraInit.DEFAULT);
        return WeightSpec.each(weights, identity::newAdapterOfAnyRank);
    }

    /** Builds a {@link LoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: 8, whatever the rank, as
         * in PEFT.
         *
         * @param alpha a positive number
         */
        public Builder optAlpha(double alpha) {
            return set(CommonOptions.ALPHA, alpha);
        }

        /** Scales by &alpha;/&radic;r instead of &alpha;/r. */
        public Builder optRsLora(boolean rsLora) {
            return set(RS_LORA, rsLora);
        }

        /**
         * Trains the norms of the rows of the weight apart from their directions: W' = diag(m/n) (W
         * + s B A) with n the norms of the rows of W + s B A, which count as constants for
         * gradients. The bias is not scaled.
         */
        public Builder optDora(boolean dora) {
            return set(DORA, dora);
        }

        /**
         * Sets other ranks for some modules. Their &alpha; stays.
         *
         * @param ranks ranks by {@linkplain ModulePatterns pattern}
         */
        public Builder optRankPattern(Map<String, Integer> ranks) {
            return set(CommonOptions.RANK_PATTERN, ModulePatterns.of(ranks));
        }

        /**
         * Sets other values of &alpha; for some modules.
         *
         * @param alphas values by {@linkplain ModulePatterns pattern}
         */
        public Builder optAlphaPattern(Map<String, Double> alphas) {
            return set(CommonOptions.ALPHA_PATTERN, ModulePatterns.of(alphas));
        }

        /** Sets how A and B start. */
        public Builder optInit(LoraInit init) {
            return set(INIT, init);
        }

        /** Gives B a bias, so that b' = b + s b<sub>B</sub>. Only for layers that have a bias. */
        public Builder optLoraBias(boolean loraBias) {
            return set(LORA_BIAS, loraBias);
        }

        /**
         * Trains B, with its bias, at a multiple of the learning rate, which is LoRA+; the paper
         * recommends 16. Embeddings train at the rate itself. Default: 1.
         *
         * <p>Source: Hayou, Ghosh and Yu, "LoRA+: Efficient Low Rank Adaptation of Large Models",
         * arXiv 2402.12354.
         *
         * @param plusRatio a positive number
         */
        public Builder optPlusRatio(double plusRatio) {
            return set(PLUS_RATIO, plusRatio);
        }

        @Override
        public LoraConfig build() {
            return new LoraConfig(this);
        }
    }
}
