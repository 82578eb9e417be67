/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The methods VeRA and PVeRA. */
@Internal
public final class VeraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "vera",
                    settings(VeraConfig::builder),
                    new VeraFormat(),
                    LearningRate.fixed(5e-3f),
                    0xE69F00,
                    new Budget(Set.of("--rank"), VeraMethod::layouts));

    /** Its probabilistic form. */
    public static final MethodDescriptor PROBABILISTIC =
            new MethodDescriptor(
                    "pvera",
                    settings(PveraConfig::builder),
                    new PveraFormat(),
                    LearningRate.fixed(5e-3f),
                    0xFDBF6F,
                    new Budget(Set.of("--rank"), VeraMethod::layouts));

    /** Where nothing else is left. */
    private static final List<Integer> SMALL_RANKS = List.of(1, 2, 4, 8, 16);

    private static final List<Integer> RANKS = List.of(32, 64, 128, 256);

    /** On all linear layers only. */
    private static final List<Integer> LARGE_RANKS = List.of(512, 1024);

    private VeraMethod() {}

    private static List<Layout> layouts(List<Place> places) {
        List<Layout> layouts = new ArrayList<>();
        Layout few = Layout.of(places.get(0).targets());
        SMALL_RANKS.forEach(rank -> layouts.add(few.with("--rank", rank)));
        for (Place place : places) {
            RANKS.forEach(rank -> layouts.add(Layout.of(place.targets()).with("--rank", rank)));
        }
        Layout all = Layout.of(places.get(places.size() - 1).targets());
        LARGE_RANKS.forEach(rank -> layouts.add(all.with("--rank", rank)));
        return layouts;
    }

    private static MethodSettings settings(Supplier<? extends MethodConfig.Builder<?>> start) {
        return MethodSettings.of(
                start,
                CommonOptions.rank(VeraConfig.DEFAULT_RANK, "rank of the update"),
                Argument.value(
                        VeraConfig.INITIAL,
                        "--d-initial",
                        "D",
                        "initial value of the inner factors"),
                CommonOptions.dropout());
    }
}
