/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method Uni-LoRA. */
@Internal
public final class UniLoraMethod {

    private static final String LENGTH = "--vector-length";

    /** More parameters than these are not what the method is for. */
    private static final long LONGEST = 1_000_000;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "unilora",
                    settings(),
                    new UniLoraFormat(),
                    LearningRate.fixed(8e-2f),
                    0x332288,
                    new Budget(Set.of(LENGTH), UniLoraMethod::layouts));

    private UniLoraMethod() {}

    /** All linear layers, with vectors of as many parameters as two digits say: 4,700, 4,800, … */
    private static List<Layout> layouts(List<Place> places) {
        Place all = places.get(places.size() - 1);
        long entries =
                all.weights().stream()
                        .mapToLong(w -> w.inputs() + w.features())
                        .map(sides -> sides * UniLoraConfig.DEFAULT_RANK)
                        .sum();
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
