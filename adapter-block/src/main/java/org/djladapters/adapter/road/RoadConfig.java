/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of RoAd: the results of a layer are turned and scaled in planes of two outputs.
 * Of results z = x W<sup>T</sup> + b, the pair (z<sub>i</sub>, z<sub>j</sub>) becomes
 *
 * <p>y<sub>i</sub> = &alpha;<sub>i</sub> cos &theta;<sub>i</sub> z<sub>i</sub> -
 * &alpha;'<sub>i</sub> sin &theta;'<sub>i</sub> z<sub>j</sub>, y<sub>j</sub> = &alpha;<sub>j</sub>
 * cos &theta;<sub>j</sub> z<sub>j</sub> + &alpha;'<sub>j</sub> sin &theta;'<sub>j</sub>
 * z<sub>i</sub>.
 *
 * <p>A {@linkplain RoadVariant variant} says which of these angles and scales are the same. The
 * bias changes with the results. Outputs lie in groups of size g; the first half of a group is
 * paired with the second, so j = i + g/2. GPT-2's Conv1D, which PEFT's RoAd refuses, is a linear
 * layer here.
 *
 * <p>Source: Liao and Monz, "3-in-1: 2D Rotary Adaptation for Efficient Finetuning, Efficient
 * Batching and Composability", arXiv 2409.00119.
 */
public final class RoadConfig extends MethodConfig {

    /** The size of a group where none is chosen, as in PEFT. */
    public static final int DEFAULT_GROUP_SIZE = 64;

    private final RoadVariant variant;
    private final int groupSize;

    private RoadConfig(Builder builder) {
        super(builder);
        variant = builder.variant;
        groupSize = builder.groupSize;
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
        return "road";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns which angles and scales are trained.
     *
     * @return the variant
     */
    public RoadVariant variant() {
        return variant;
    }

    /**
     * Returns the size of a group of outputs.
     *
     * @return g
     */
    public int groupSize() {
        return groupSize;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        weight.linearInputs("RoAd");
        int outputs = weight.features();
        if (outputs % groupSize != 0) {
            String fitting =
                    IntStream.rangeClosed(1, outputs)
                            .filter(n -> outputs % n == 0 && n % 2 == 0)
                            .mapToObj(String::valueOf)
                            .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "Groups of size %d do not divide %d outputs; %s"
                            .formatted(
                                    groupSize,
                                    outputs,
                                    fitting.isEmpty()
                                            ? "leave the layer out of the targets"
                                            : "even sizes that do are " + fitting));
        }
        return new RoadAdapter(variant, groupSize, weight);
    }

    @Override
    protected String options() {
        return "variant " + variant + ", group size " + groupSize;
    }

    /** Builds a {@link RoadConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private RoadVariant variant = RoadVariant.ROAD_1;
        private int groupSize = DEFAULT_GROUP_SIZE;

        private Builder() {}

        private Builder(RoadConfig config) {
            super(config);
            variant = config.variant;
            groupSize = config.groupSize;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets which angles and scales are trained. Default: {@link RoadVariant#ROAD_1}.
         *
         * @param variant the variant
         * @return this builder
         */
        public Builder optVariant(RoadVariant variant) {
            this.variant = variant;
            return this;
        }

        /**
         * Sets the size of a group, which says only which outputs are paired. Default: {@value
         * RoadConfig#DEFAULT_GROUP_SIZE}.
         *
         * @param groupSize an even number that divides the outputs of every adapted layer
         * @return this builder
         */
        public Builder optGroupSize(int groupSize) {
            if (positive("group size", groupSize) % 2 != 0) {
                throw new IllegalArgumentException(
                        "The group size must be even, since outputs are paired, got " + groupSize);
            }
            this.groupSize = groupSize;
            return this;
        }

        @Override
        public RoadConfig build() {
            return new RoadConfig(this);
        }
    }
}
