/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

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
public final class UniLoraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT; a larger one adds no parameters. */
    public static final int DEFAULT_RANK = 4;

    static final Option<Integer> VECTOR_LENGTH =
            Option.positive("vector length", 256).alwaysShown();

    static final Option<Long> SEED = CommonOptions.seed("projection", 42L);

    static final Option<Double> INITIAL_BOUND =
            Option.of("initial bound", 0.02)
                    .checked(UniLoraConfig::requireInitialBound)
                    .shown(bound -> "initial bound " + PlainNumber.of(bound))
                    .unlessDefault();

    static final Option<Boolean> SAVE_INDICES =
            Option.of("saved indices", false).shownAs("indices saved");

    private UniLoraConfig(Builder builder) {
        super(
                "unilora",
                builder,
                UniLoraConfig::builder,
                CommonOptions.RANK,
                VECTOR_LENGTH,
                SEED,
                INITIAL_BOUND,
                CommonOptions.DROPOUT,
                SAVE_INDICES);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the length of the trained vector, which is the number of trainable parameters} */
    public int vectorLength() {
        return get(VECTOR_LENGTH);
    }

    /** {@return the seed by which the entries of the vector are distributed} */
    public long seed() {
        return get(SEED);
    }

    /** {@return the bound of the entries of the vector at the start, a number greater than 0} */
    public double initialBound() {
        return get(INITIAL_BOUND);
    }

    /**
     * {@return true if checkpoints keep which entries of the vector go where, false if that is
     * drawn again from the seed}
     */
    public boolean saveIndices() {
        return get(SAVE_INDICES);
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
        weight.requireLinear("Uni-LoRA");
        return new UniLoraAdapter(this, new UniLoraVector(this, List.of(weight)), 0, weight, true);
    }

    /** Makes adapters that share a vector. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        WeightSpec.each(weights, weight -> weight.requireLinear("Uni-LoRA"));
        UniLoraVector vector = new UniLoraVector(this, weights);
        List<WeightAdapter> adapters = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            adapters.add(new UniLoraAdapter(this, vector, i, weights.get(i), false));
        }
        return adapters;
    }

    private static void requireInitialBound(double bound) {
        if (!((float) bound > 0 && Float.isFinite((float) bound))) {
            throw new IllegalArgumentException(
                    "The initial bound must be a finite number above 0, got "
                            + PlainNumber.of(bound));
        }
    }

    /** Builds a {@link UniLoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /**
         * Sets the length of the trained vector. Default: 256, as in PEFT.
         *
         * @param length the number of trainable parameters
         */
        public Builder optVectorLength(int length) {
            return set(VECTOR_LENGTH, length);
        }

        /**
         * Sets the seed by which the entries of the vector are distributed. Default: 42, as in
         * PEFT.
         *
         * @param seed a number of at least 0
         */
        public Builder optSeed(long seed) {
            return set(SEED, seed);
        }

        /**
         * Sets the bound of the entries of the vector at the start. Default: 0.02, as in PEFT.
         *
         * @param bound a finite number greater than 0: from 0 nothing would train
         */
        public Builder optInitialBound(double bound) {
            return set(INITIAL_BOUND, bound);
        }

        /**
         * Sets whether checkpoints keep which entries of the vector go where. Default: false. They
         * are much larger then, but refuse a model that lacks their layers.
         *
         * @param saveIndices false to draw it again from the seed
         */
        public Builder optSaveIndices(boolean saveIndices) {
            return set(SAVE_INDICES, saveIndices);
        }

        @Override
        public UniLoraConfig build() {
            return new UniLoraConfig(this);
        }
    }
}
