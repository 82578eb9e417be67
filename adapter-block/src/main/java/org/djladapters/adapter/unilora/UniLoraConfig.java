/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;

/**
 * The configuration of Uni-LoRA: W' = W + B A in every layer, where the entries of A and B of all
 * layers, D in number, are P &theta; with one trained vector &theta; of length d for the whole
 * model. P has one entry other than 0 in a row, chosen at random and fixed, and columns of length
 * 1, so that it is an isometry: the columns are orthogonal to one another.
 *
 * <p>The vector starts at random and not at zero, where it would have no gradient; so a new adapter
 * changes the outputs a little.
 *
 * <p>Source: Li, Li, Xia, Wang, Zeng, Hou, Xu, Jin, Han and Ji, "Uni-LoRA: One Vector is All You
 * Need", arXiv 2506.00799.
 */
public final class UniLoraConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 4;

    /** The length of the vector where none is chosen, as in PEFT. */
    public static final int DEFAULT_VECTOR_LENGTH = 256;

    /** The seed where none is chosen, as in PEFT. */
    public static final long DEFAULT_SEED = 42;

    /** What bounds the entries at the start where nothing is chosen, as in PEFT. */
    public static final double DEFAULT_INITIAL_BOUND = 0.02;

    private final int rank;
    private final int vectorLength;
    private final long seed;
    private final double initialBound;
    private final double dropout;
    private final boolean saveIndices;

    private UniLoraConfig(Builder builder) {
        super(builder);
        rank = builder.rank;
        vectorLength = builder.vectorLength;
        seed = builder.seed;
        initialBound = builder.initialBound;
        dropout = builder.dropout;
        saveIndices = builder.saveIndices;
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
        return "unilora";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the rank of the update of every layer.
     *
     * @return r
     */
    public int rank() {
        return rank;
    }

    /**
     * Returns the length of the trained vector, which is the number of trainable parameters.
     *
     * @return d
     */
    public int vectorLength() {
        return vectorLength;
    }

    /**
     * Returns the seed from which it is drawn which entries of the vector go where.
     *
     * @return the seed
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns what bounds the entries of the vector at the start.
     *
     * @return a number above 0
     */
    public double initialBound() {
        return initialBound;
    }

    /**
     * Returns the probability with which an input of an update is left out in training.
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
     * Tells whether checkpoints keep which entries of the vector go where.
     *
     * @return false if that is drawn again from the seed
     */
    public boolean saveIndices() {
        return saveIndices;
    }

    /**
     * Makes an adapter with a vector of its own.
     *
     * @param weight the weight it is for
     * @return the adapter, whose parameter is the vector
     * @throws IllegalArgumentException if the weight is not that of a linear layer
     */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        requireLinear(weight);
        return new UniLoraAdapter(this, new UniLoraVector(this, List.of(weight)), 0, weight, true);
    }

    /** Makes adapters that share a vector. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        for (WeightSpec weight : weights) {
            weight.named(() -> requireLinear(weight));
        }
        UniLoraVector vector = new UniLoraVector(this, weights);
        List<WeightAdapter> adapters = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            adapters.add(new UniLoraAdapter(this, vector, i, weights.get(i), false));
        }
        return adapters;
    }

    private static WeightSpec requireLinear(WeightSpec weight) {
        return switch (weight.kind()) {
            case LINEAR, CONV1D -> weight;
            case CONV2D, EMBEDDING, WEIGHT ->
                    throw new IllegalArgumentException(
                            "Uni-LoRA adapts linear layers, which this is not; exclude it from the"
                                    + " targets");
        };
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("rank " + rank + ", vector length " + vectorLength);
        text.append(seed == DEFAULT_SEED ? "" : ", seed " + seed);
        text.append(
                initialBound == DEFAULT_INITIAL_BOUND
                        ? ""
                        : ", initial bound " + PlainNumber.of(initialBound));
        text.append(dropout == 0 ? "" : ", dropout " + dropout);
        return text.append(saveIndices ? ", indices saved" : "").toString();
    }

    /** Builds a {@link UniLoraConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int rank = DEFAULT_RANK;
        private int vectorLength = DEFAULT_VECTOR_LENGTH;
        private long seed = DEFAULT_SEED;
        private double initialBound = DEFAULT_INITIAL_BOUND;
        private double dropout;
        private boolean saveIndices;

        private Builder() {}

        private Builder(UniLoraConfig config) {
            super(config);
            rank = config.rank;
            vectorLength = config.vectorLength;
            seed = config.seed;
            initialBound = config.initialBound;
            dropout = config.dropout;
            saveIndices = config.saveIndices;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the rank of the updates, which adds no parameters. Default: {@value
         * UniLoraConfig#DEFAULT_RANK}.
         *
         * @param rank the rank
         * @return this builder
         */
        public Builder optRank(int rank) {
            this.rank = positive("rank", rank);
            return this;
        }

        /**
         * Sets the length of the trained vector. Default: {@value
         * UniLoraConfig#DEFAULT_VECTOR_LENGTH}.
         *
         * @param length the number of trainable parameters
         * @return this builder
         */
        public Builder optVectorLength(int length) {
            this.vectorLength = positive("vector length", length);
            return this;
        }

        /**
         * Sets the seed from which it is drawn which entries of the vector go where. Default:
         * {@value UniLoraConfig#DEFAULT_SEED}.
         *
         * @param seed a number of at least 0
         * @return this builder
         */
        public Builder optSeed(long seed) {
            if (seed < 0) {
                throw new IllegalArgumentException(
                        "The seed of the projection must not be negative, got " + seed);
            }
            this.seed = seed;
            return this;
        }

        /**
         * Sets what bounds the entries of the vector at the start. Default: 0.02.
         *
         * @param bound a number above 0, with which nothing would train
         * @return this builder
         */
        public Builder optInitialBound(double bound) {
            if (!((float) bound > 0 && Float.isFinite((float) bound))) {
                throw new IllegalArgumentException(
                        "The initial bound must be a finite number above 0, got "
                                + PlainNumber.of(bound));
            }
            this.initialBound = bound;
            return this;
        }

        /**
         * Sets the probability with which an input of an update is left out in training.
         *
         * @param dropout a number in [0, 1)
         * @return this builder
         */
        public Builder optDropout(double dropout) {
            this.dropout = probability("dropout", dropout);
            return this;
        }

        /**
         * Sets whether checkpoints keep which entries of the vector go where. Default: false. They
         * are much larger then, but tell whether a model has the layers for which they are.
         *
         * @param saveIndices false to draw it again from the seed
         * @return this builder
         */
        public Builder optSaveIndices(boolean saveIndices) {
            this.saveIndices = saveIndices;
            return this;
        }

        @Override
        public UniLoraConfig build() {
            return new UniLoraConfig(this);
        }
    }
}
