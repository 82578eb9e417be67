/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;

/**
 * The configuration of LoRA: W' = W + s B A with A of shape (r, in) and B of shape (out, r), where
 * s = &alpha;/r, or &alpha;/&radic;r with {@linkplain Builder#optRsLora rank stabilization}.
 *
 * <p>Sources: Hu et al., arXiv 2106.09685; rank stabilization: Kalajdzievski, arXiv 2312.03732;
 * {@linkplain Builder#optDora DoRA}: Liu et al., arXiv 2402.09353.
 */
public final class LoraConfig extends MethodConfig {

    /** The value of &alpha; where none is chosen, as in PEFT. */
    public static final double DEFAULT_ALPHA = 8;

    /** The rank where none is chosen, as in PEFT. */
    static final int DEFAULT_RANK = 8;

    private final int rank;
    private final double alpha;
    private final boolean rsLora;
    private final boolean dora;
    private final ModulePatterns<Integer> rankPatterns;
    private final ModulePatterns<Double> alphaPatterns;
    private final LoraInit init;
    private final boolean loraBias;
    private final double loraDropout;
    private final double plusRatio;

    private LoraConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        alpha = builder.alpha;
        rsLora = builder.rsLora;
        dora = builder.dora;
        rankPatterns = builder.rankPatterns;
        alphaPatterns = builder.alphaPatterns;
        init = builder.init;
        loraBias = builder.loraBias;
        loraDropout = builder.loraDropout;
        plusRatio = builder.plusRatio;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String method() {
        return "lora";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The rank where no pattern says otherwise.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * The rank for a module.
     *
     * @param path the module path
     * @return r
     */
    public int rank(String path) {
        return rankPatterns.valueFor(path, rank);
    }

    /**
     * The number that the scaling comes from, where no pattern says otherwise.
     *
     * @return &alpha;
     */
    public double alpha() {
        return alpha;
    }

    /**
     * The factor of B A for a module.
     *
     * @param path the module path
     * @return s
     */
    public double scaling(String path) {
        double r = rank(path);
        return alphaPatterns.valueFor(path, alpha) / (rsLora ? Math.sqrt(r) : r);
    }

    /**
     * Tells whether the scaling is &alpha;/&radic;r.
     *
     * @return true if so, false for &alpha;/r
     */
    public boolean rsLora() {
        return rsLora;
    }

    /**
     * Tells whether the norms of the rows of the weight are trained apart from their directions.
     *
     * @return true if so
     */
    public boolean dora() {
        return dora;
    }

    /**
     * Other ranks for some modules.
     *
     * @return ranks by pattern
     */
    @Internal
    public ModulePatterns<Integer> rankPatterns() {
        return rankPatterns;
    }

    /**
     * Other values of &alpha; for some modules.
     *
     * @return values by pattern
     */
    @Internal
    public ModulePatterns<Double> alphaPatterns() {
        return alphaPatterns;
    }

    /**
     * How A and B start.
     *
     * @return the choice
     */
    public LoraInit init() {
        return init;
    }

    /**
     * Tells whether B has a bias, which is scaled like B.
     *
     * @return true if so
     */
    public boolean loraBias() {
        return loraBias;
    }

    /**
     * The probability with which an input of A is left out in a training step.
     *
     * @return a number in [0, 1)
     */
    public double loraDropout() {
        return loraDropout;
    }

    /**
     * How many times the learning rate of A is that of B, which is LoRA+. It matters to training
     * only, and is in no file.
     *
     * @return the ratio, 1 for equal rates
     */
    public double plusRatio() {
        return plusRatio;
    }

    @Override
    public boolean variesInTraining() {
        return loraDropout > 0 || super.variesInTraining();
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return Stream.of(
                        rankPatterns.warning("rank pattern", paths),
                        alphaPatterns.warning("alpha pattern", paths))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireRank(weight, rank(weight.path()));
        return newAdapterOfAnyRank(weight);
    }

    private LoraAdapter newAdapterOfAnyRank(WeightSpec weight) {
        if (init.takesFromWeight() && weight.kind() != WeightSpec.Kind.EMBEDDING) {
            requireStart(weight);
        }
        if (loraBias && weight.kind() == WeightSpec.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    "An embedding has no bias for the LoRA bias to change; leave it out of the"
                            + " targets, or leave out the LoRA bias");
        }
        if (loraBias && !weight.biased()) {
            throw new IllegalArgumentException(
                    "The layer has no bias for the LoRA bias to change; leave it out of the"
                            + " targets, or leave out the LoRA bias");
        }
        return new LoraAdapter(this, weight);
    }

    private void requireStart(WeightSpec weight) {
        boolean possible =
                weight.kind() == WeightSpec.Kind.LINEAR
                        || (weight.kind() == WeightSpec.Kind.CONV1D && init == LoraInit.PISSA);
        if (!possible) {
            throw new IllegalArgumentException(
                    "The start "
                            + init
                            + " is for linear layers"
                            + (init == LoraInit.OLORA ? " with a weight of (out, in)" : "")
                            + ", which this is not; leave it out of the targets, or choose another"
                            + " start");
        }
        requireRank(weight, rank(weight.path()));
    }

    /**
     * Makes adapters for parameters that exist already: where {@link #newAdapter} refuses a rank
     * that is of no use, this takes it, since checkpoints may hold such. What a checkpoint does not
     * set is the identity.
     *
     * @param weights the weights they are for
     * @return the adapters in the same order
     */
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        LoraConfig identity =
                init.takesFromWeight() ? this : toBuilder().optInit(LoraInit.DEFAULT).build();
        List<WeightAdapter> adapters = new ArrayList<>();
        for (WeightSpec weight : weights) {
            adapters.add(weight.named(() -> identity.newAdapterOfAnyRank(weight)));
        }
        return adapters;
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("rank " + rank + ", alpha " + number(alpha));
        text.append(rsLora ? ", rslora" : "").append(dora ? ", dora" : "");
        text.append(rankPatterns.isEmpty() ? "" : ", rank patterns " + rankPatterns);
        text.append(alphaPatterns.isEmpty() ? "" : ", alpha patterns " + alphaPatterns);
        text.append(init == LoraInit.DEFAULT ? "" : ", init " + init);
        text.append(loraBias ? ", with a bias of its own" : "");
        text.append(plusRatio == 1 ? "" : ", lora+ " + number(plusRatio));
        return text.append(loraDropout > 0 ? ", dropout " + loraDropout : "").toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /** Builds a {@link LoraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank;
        private double alpha = DEFAULT_ALPHA;
        private boolean rsLora;
        private boolean dora;
        private ModulePatterns<Integer> rankPatterns = ModulePatterns.none();
        private ModulePatterns<Double> alphaPatterns = ModulePatterns.none();
        private LoraInit init = LoraInit.DEFAULT;
        private boolean loraBias;
        private double loraDropout;
        private double plusRatio = 1;

        private Builder() {}

        private Builder(LoraConfig config) {
            super(config);
            rank = config.rank;
            alpha = config.alpha;
            rsLora = config.rsLora;
            dora = config.dora;
            rankPatterns = config.rankPatterns;
            alphaPatterns = config.alphaPatterns;
            init = config.init;
            loraBias = config.loraBias;
            loraDropout = config.loraDropout;
            plusRatio = config.plusRatio;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the rank r, the number of rows of A.
         *
         * @param rank a number &ge; 1, usually 4 to 64
         * @return this builder
         */
        public Builder setRank(int rank) {
            this.rank = positive("rank", rank);
            return this;
        }

        /**
         * Sets &alpha;, from which the scaling &alpha;/r comes. Default: {@value #DEFAULT_ALPHA},
         * whatever the rank, as in PEFT.
         *
         * @param alpha a positive number
         * @return this builder
         */
        public Builder optAlpha(double alpha) {
            this.alpha = positive("alpha", alpha);
            return this;
        }

        /**
         * Scales by &alpha;/&radic;r instead of &alpha;/r.
         *
         * @param rsLora true to do so
         * @return this builder
         */
        public Builder optRsLora(boolean rsLora) {
            this.rsLora = rsLora;
            return this;
        }

        /**
         * Trains the norms of the rows of the weight apart from their directions: W' = diag(m/n) (W
         * + s B A) with n the norms of the rows of W + s B A, which count as constants for
         * gradients. The bias is not scaled.
         *
         * @param dora true to do so
         * @return this builder
         */
        public Builder optDora(boolean dora) {
            this.dora = dora;
            return this;
        }

        /**
         * Sets other ranks for some modules. Their &alpha; stays.
         *
         * @param ranks ranks by {@linkplain ModulePatterns pattern}
         * @return this builder
         */
        public Builder optRankPattern(Map<String, Integer> ranks) {
            ranks.forEach((pattern, value) -> positive("rank of the pattern " + pattern, value));
            rankPatterns = ModulePatterns.of(ranks);
            return this;
        }

        /**
         * Sets other values of &alpha; for some modules.
         *
         * @param alphas values by {@linkplain ModulePatterns pattern}
         * @return this builder
         */
        public Builder optAlphaPattern(Map<String, Double> alphas) {
            alphas.forEach((pattern, value) -> positive("alpha of the pattern " + pattern, value));
            alphaPatterns = ModulePatterns.of(alphas);
            return this;
        }

        /**
         * Sets how A and B start.
         *
         * @param init the choice
         * @return this builder
         */
        public Builder optInit(LoraInit init) {
            this.init = init;
            return this;
        }

        /**
         * Gives B a bias, so that b' = b + s b<sub>B</sub>. Only for layers that have a bias.
         *
         * @param loraBias true to do so
         * @return this builder
         */
        public Builder optLoraBias(boolean loraBias) {
            this.loraBias = loraBias;
            return this;
        }

        /**
         * Sets the probability with which an input of A is left out in a training step. Embeddings
         * leave nothing out.
         *
         * @param loraDropout a number in [0, 1)
         * @return this builder
         */
        public Builder optLoraDropout(double loraDropout) {
            this.loraDropout = probability("dropout of LoRA", loraDropout);
            return this;
        }

        /**
         * Trains B, with its bias, at a multiple of the learning rate, which is LoRA+; the paper
         * recommends 16. Embeddings train at the rate itself. Default: 1.
         *
         * <p>Source: Hayou, Ghosh and Yu, "LoRA+: Efficient Low Rank Adaptation of Large Models",
         * arXiv 2402.12354.
         *
         * @param plusRatio a positive number
         * @return this builder
         */
        public Builder optPlusRatio(double plusRatio) {
            this.plusRatio = positive("ratio of LoRA+", plusRatio);
            return this;
        }

        @Override
        public LoraConfig build() {
            if (rank == 0) {
                throw new IllegalArgumentException("Set the rank of LoRA, such as 8");
            }
            if (loraBias && dora) {
                throw new IllegalArgumentException(
                        "DoRA has no place for a LoRA bias; set one of the two");
            }
            if (loraBias && init != LoraInit.DEFAULT && init != LoraInit.RANDOM) {
                throw new IllegalArgumentException(
                        "PEFT has a LoRA bias only with the default initialization; set one of"
                                + " the two");
            }
            LoraConfig config = new LoraConfig(this);
            if (config.moduleDropout() > 0) {
                throw new IllegalArgumentException(
                        "LoRA has no module dropout; set the LoRA dropout instead");
            }
            return config;
        }
    }
}
