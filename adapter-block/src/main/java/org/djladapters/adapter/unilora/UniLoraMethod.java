/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method Uni-LoRA. */
@Internal
public final class UniLoraMethod {

    private static final String LENGTH = "--vector-length";

    /** More parameters than these are not what the method is for. */
    private static final long LONGEST = 1_000_000;

    /** The rate of short vectors; higher ones help some texts and harm others. */
    private static final double LARGEST_RATE = 0.08;

    /** The rate where every entry of A and B has one of the vector. */
    private static final double RATE_OF_ONE_USE = 5e-3;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "unilora",
                    settings(),
                    new UniLoraFormat(),
                    UniLoraMethod::learningRate,
                    0x332288,
                    new Budget(Set.of(LENGTH), UniLoraMethod::layouts));

    private UniLoraMethod() {}

    /**
     * Returns 0.005 u^0.8, at most 0.08. An entry of the vector that is used u times moves each of
     * them by rate / &radic;u only, and the more entries there are, the less each has to move.
     * Measured on held-out texts for u of 5.5, 33, 166 and 648.
     */
    private static float learningRate(AdapterConfig config, List<WeightSpec> weights, int steps) {
        UniLoraConfig uniLora = (UniLoraConfig) config;
        double uses =
                (double) UniLoraVector.entries(weights, uniLora.rank()) / uniLora.vectorLength();
        double rate = RATE_OF_ONE_USE * Math.pow(Math.max(1, uses), 0.8);
        return (float) Math.min(LARGEST_RATE, rate);
    }

    /** All linear layers, with vectors of as many parameters as two digits say: 4,700, 4,800, … */
    private static List<Layout> layouts(List<Place> places) {
        Place all = places.get(places.size() - 1);
        long entries = UniLoraVector.entries(all.weights(), UniLoraConfig.DEFAULT_RANK);
        List<Layout> layouts = new ArrayList<>();
        int step = 1;
        for (int length = 1; length <= Math.min(entries, LONGEST); length += step) {
            layouts.add(Layout.of(all.targets()).with(LENGTH, length));
            step = length == 100 * step ? 10 * step : step;
        }
        return layouts;
    }

    private static MethodSettings settings() {
        return MethodSettings.of(
                UniLoraConfig::builder,
                CommonOptions.rank(UniLoraConfig.DEFAULT_RANK, "rank of the update"),
                Argument.value(
                        UniLoraConfig.VECTOR_LENGTH,
                        LENGTH,
                        "D",
                        "length of the trained vector that all layers share"),
                CommonOptions.dropout());
    }
}
