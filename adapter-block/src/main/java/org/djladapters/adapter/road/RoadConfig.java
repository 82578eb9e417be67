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
import org.djladapters.option.Option;

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

    static final Option<RoadVariant> VARIANT =
            Option.of("variant", RoadVariant.ROAD_1).alwaysShown();

    static final Option<Integer> GROUP_SIZE =
            Option.of("group size", 64).checked(RoadConfig::requireGroupSize).alwaysShown();

    private RoadConfig(Builder builder) {
        super("road", builder, RoadConfig::builder, VARIANT, GROUP_SIZE);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the variant, which says which angles and scales are trained} */
    public RoadVariant variant() {
        return get(VARIANT);
    }

    /** {@return the size g of a group of outputs} */
    public int groupSize() {
        return get(GROUP_SIZE);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        int outputs = weight.requireLinear("RoAd").features();
        if (outputs % groupSize() != 0) {
            String fitting =
                    IntStream.rangeClosed(1, outputs)
                            .filter(n -> outputs % n == 0 && n % 2 == 0)
                            .mapToObj(String::valueOf)
                            .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "Groups of size %d do not divide %d outputs; %s"
                            .formatted(
                                    groupSize(),
                                    outputs,
                                    fitting.isEmpty()
                                            ? "leave the layer out of the targets"
                                            : "even sizes that do are " + fitting));
        }
        return new RoadAdapter(variant(), groupSize(), weight);
    }

    private static void requireGroupSize(int groupSize) {
        Option.requirePositive("group size", groupSize);
        if (groupSize % 2 != 0) {
            throw new IllegalArgumentException(
                    "The group size must be even, since outputs are paired, got " + groupSize);
        }
    }

    /** Builds a {@link RoadConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /** Sets which angles and scales are trained. Default: {@link RoadVariant#ROAD_1}. */
        public Builder optVariant(RoadVariant variant) {
            return set(VARIANT, variant);
        }

        /**
         * Sets the size of a group, which says only which outputs are paired. Default: 64, as in
         * PEFT.
         *
         * @param groupSize an even number that divides the outputs of every adapted layer
         */
        public Builder optGroupSize(int groupSize) {
            return set(GROUP_SIZE, groupSize);
        }

        @Override
        public RoadConfig build() {
            return new RoadConfig(this);
        }
    }
}
