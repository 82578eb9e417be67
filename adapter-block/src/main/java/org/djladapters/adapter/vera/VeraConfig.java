/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;

/**
 * The configuration of VeRA: W' = W + diag(&lambda;<sub>b</sub>) B diag(&lambda;<sub>d</sub>) A.
 * All layers share the random projections A and B, and train only the vectors of scales.
 *
 * <p>Source: Kopiczko, Blankevoort and Asano, "VeRA: Vector-based Random Matrix Adaptation", arXiv
 * 2310.11454.
 */
public final class VeraConfig extends MethodConfig {

    /** The rank where none is chosen. */
    public static final int DEFAULT_RANK = 256;

    /** What the entries of &lambda;<sub>d</sub> start with where nothing is chosen. */
    public static final double DEFAULT_INITIAL = 0.1;

    private final int rank;
    private final double initial;
    private final int seed;
    private final double dropout;
    private final boolean saveProjections;

    private VeraConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        initial = builder.initial;
        seed = builder.seed;
        dropout = builder.dropout;
        saveProjections = builder.saveProjections;
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
        return "vera";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The rank of the projections.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * What the entries of &lambda;<sub>d</sub> start with.
     *
     * @return the value
     */
    public double initial() {
        return initial;
    }

    /**
     * The seed from which the projections are drawn.
     *
     * @return the seed
     */
    public int seed() {
        return seed;
    }

    /**
     * The probability with which an input of the projections is left out in training.
     *
     * @return a number in [0, 1)
     */
    public double dropout() {
        return dropout;
    }

    @Override
    public boolean variesInTraining() {
        return dropout > 0 || super.variesInTraining();
    }

    /**
     * Tells whether checkpoints keep the projections.
     *
     * @return false if they are drawn again from the seed
     */
    public boolean saveProjections() {
        return saveProjections;
    }

    /**
     * Makes an adapter with projections of its own.
     *
     * @param weight the weight it is for
     * @return the adapter
     * @throws IllegalArgumentException if the weight is not that of a linear layer
     */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireLinear(weight);
        return new VeraAdapter(this, new VeraProjections(seed, rank, List.of(weight)), weight);
    }

    /** Makes adapters that share projections, which are as wide as the widest of their layers. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        for (WeightSpec weight : weights) {
            weight.named(() -> requireLinear(weight));
        }
        VeraProjections projections = new VeraProjections(seed, rank, weights);
        return weights.stream()
                .<WeightAdapter>map(weight -> new VeraAdapter(this, projections, weight))
                .toList();
    }

    private static WeightSpec requireLinear(WeightSpec weight) {
        return switch (weight.kind()) {
            case LINEAR, CONV1D -> weight;
            case CONV2D, EMBEDDING, WEIGHT ->
                    throw new IllegalArgumentException(
                            "VeRA adapts linear layers, which this is not; exclude it from the"
                                    + " targets");
        };
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("rank " + rank);
        text.append(initial == DEFAULT_INITIAL ? "" : ", initial " + initial);
        text.append(seed == 0 ? "" : ", seed " + seed);
        text.append(dropout == 0 ? "" : ", dropout " + dropout);
        return text.append(saveProjections ? "" : ", projections not saved").toString();
    }

    /** Builds a {@link VeraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank = DEFAULT_RANK;
        private double initial = DEFAULT_INITIAL;
        private int seed;
        private double dropout;
        private boolean saveProjections = true;

        private Builder() {}

        private Builder(VeraConfig config) {
            super(config);
            rank = config.rank;
            initial = config.initial;
            seed = config.seed;
            dropout = config.dropout;
            saveProjections = config.saveProjections;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the rank of the projections, which may exceed the width of a layer. Default: {@value
         * VeraConfig#DEFAULT_RANK}.
         *
         * @param rank the rank
         * @return this builder
         */
        public Builder optRank(int rank) {
            this.rank = positive("rank", rank);
            return this;
        }

        /**
         * Sets what the entries of &lambda;<sub>d</sub> start with. Default: 0.1.
         *
         * @param initial a number other than 0, with which nothing would train
         * @return this builder
         */
        public Builder optDInitial(double initial) {
            if ((float) initial == 0 || !Float.isFinite((float) initial)) {
                throw new IllegalArgumentException(
                        "The initial value must be a finite number other than 0, got "
                                + PlainNumber.of(initial));
            }
            this.initial = initial;
            return this;
        }

        /**
         * Sets the seed from which the projections are drawn. Default: 0.
         *
         * @param seed a number of at least 0
         * @return this builder
         */
        public Builder optSeed(int seed) {
            if (seed < 0) {
                throw new IllegalArgumentException(
                        "The seed of the projections must not be negative, got " + seed);
            }
            this.seed = seed;
            return this;
        }

        /**
         * Sets the probability with which an input of the projections is left out in training.
         *
         * @param dropout a number in [0, 1)
         * @return this builder
         */
        public Builder optDropout(double dropout) {
            this.dropout = probability("dropout", dropout);
            return this;
        }

        /**
         * Sets whether checkpoints keep the projections. Default: true. Without them a file is
         * small and its adapter depends on how random numbers are drawn from the seed.
         *
         * @param saveProjections false to draw them again from the seed
         * @return this builder
         */
        public Builder optSaveProjections(boolean saveProjections) {
            this.saveProjections = saveProjections;
            return this;
        }

        @Override
        public VeraConfig build() {
            return new VeraConfig(this);
        }
    }
}
