/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.io.Internal;

/** The layout of a method for a number of trainable parameters, saved modules not counted. */
@Internal
public record SpentBudget(Layout layout, AdapterConfig config, long size) {

    /** Chooses the layout that trains most within a number, with the method's other defaults. */
    public static SpentBudget of(ModelSpec model, MethodDescriptor method, long budget) {
        return of(model, method, layout -> method.settings().config(layout.options()), budget);
    }

    /**
     * Chooses the layout of a method that trains most within a number.
     *
     * @param configs makes the configuration for the options of a layout; its targets are those of
     *     the layout then
     * @throws IllegalArgumentException if the method has no layouts to choose from, none fits the
     *     model, or all train more; the message says what the nearest trains
     */
    public static SpentBudget of(
            ModelSpec model,
            MethodDescriptor method,
            Function<Layout, AdapterConfig> configs,
            long budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("The budget must be at least 1, got " + budget);
        }
        List<SpentBudget> all = all(model, method, configs);
        return all.stream()
                .filter(next -> next.size() <= budget)
                .reduce((best, next) -> next.size() >= best.size() ? next : best)
                .orElseThrow(() -> tooSmall(method, budget, all));
    }

    private static IllegalArgumentException tooSmall(
            MethodDescriptor method, long budget, List<SpentBudget> all) {
        return new IllegalArgumentException(
                ("The budget of %,d is too small for the method %s in this model: its"
                                + " smallest layout trains %,d parameters")
                        .formatted(
                                budget,
                                method.name(),
                                all.stream().mapToLong(SpentBudget::size).min().getAsLong()));
    }

    private static List<SpentBudget> all(
            ModelSpec model, MethodDescriptor method, Function<Layout, AdapterConfig> configs) {
        List<Layout> layouts = method.budget().layouts().apply(places(model));
        if (layouts.isEmpty()) {
            throw new IllegalArgumentException(
                    ("The method %s can't spend a budget: it always trains %,d parameters in"
                                    + " this model; leave out the budget")
                            .formatted(
                                    method.name(),
                                    model.adapter(method.defaultConfig()).adapterSize()));
        }
        List<SpentBudget> all = new ArrayList<>();
        IllegalArgumentException misfit = null;
        for (Layout layout : layouts) {
            try {
                AdapterConfig config = configs.apply(layout).withTargets(layout.targets());
                long size = model.adapter(config).adapterSize();
                all.add(new SpentBudget(layout, config, size));
            } catch (IllegalArgumentException e) {
                misfit = e;
            }
        }
        if (all.isEmpty()) {
            throw misfit;
        }
        return all;
    }

    private static List<Place> places(ModelSpec model) {
        List<WeightSpec> linear =
                model.targetModules(Targets.allLinear()).stream()
                        .map(TargetModule::weight)
                        .toList();
        return Place.of(linear);
    }
}
