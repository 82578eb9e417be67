/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.model.AdapterSpec;
import org.djladapters.model.ModelSpec;
import org.djladapters.tuning.Flops;

/**
 * The layouts that spend a budget of trainable parameters on a model: of every family of options
 * the one that comes nearest to it from below, if it spends at least half and a step computes at
 * most a quarter more than that of the frozen model.
 */
final class BudgetLayouts {

    private static final double LEAST_SHARE = 0.5;
    private static final double MOST_WORK = 1.25;
    private static final int SMALL = 64;

    /** Options of which one number is still free. */
    private record Family(String options, String free, boolean blocks) {}

    private static final List<Family> FAMILIES =
            List.of(
                    compound("--orders 1 --targets all-linear"),
                    compound("--orders 1,2 --targets all-linear"),
                    compound("--orders 1,2,3 --targets all-linear"),
                    compound("--orders 1 --targets default"),
                    compound("--orders 1,2 --targets default"),
                    compound("--orders 1,2,3 --targets default"),
                    new Family("--method lora", "--rank", false),
                    new Family("--method lora --targets default", "--rank", false),
                    new Family("--method boft", "--block-size", true),
                    new Family("--method oft", "--block-size", true),
                    new Family("--method ia3", "", false));

    private record Layout(String options, AdapterConfig config, long size) {}

    private final ModelSpec model;
    private final int tokens;
    private final List<Integer> blockSizes;

    private BudgetLayouts(ModelSpec model, int tokens) {
        this.model = model;
        this.tokens = tokens;
        blockSizes = blockSizes(model);
    }

    private static Family compound(String options) {
        return new Family(options, "--block-size", true);
    }

    /**
     * Finds the layouts.
     *
     * @param model the model
     * @param budget the largest number of trainable parameters
     * @param tokens the tokens of a step
     * @return configurations by their options, first the compound adapters of all linear layers,
     *     then the others, each from the largest to the smallest
     * @throws IllegalArgumentException if no layout spends half of the budget
     */
    static Map<String, AdapterConfig> of(ModelSpec model, long budget, int tokens) {
        List<Layout> layouts = new ArrayList<>();
        BudgetLayouts search = new BudgetLayouts(model, tokens);
        for (Family family : FAMILIES) {
            search.numbers(family).stream()
                    .map(number -> search.layout(family, number))
                    .filter(layout -> layout != null && layout.size() <= budget)
                    .max(Comparator.comparingLong(Layout::size))
                    .filter(layout -> layout.size() >= LEAST_SHARE * budget)
                    .ifPresent(layouts::add);
        }
        if (layouts.isEmpty()) {
            throw new IllegalArgumentException(
                    ("No settings have between %,d and %,d trainable parameters in this model;"
                                    + " 'inspect' shows what a choice costs")
                            .formatted(Math.round(LEAST_SHARE * budget), budget));
        }
        layouts.sort(
                Comparator.comparing((Layout layout) -> !isFirstChoice(layout))
                        .thenComparing(Comparator.comparingLong(Layout::size).reversed()));
        Map<String, AdapterConfig> configs = new LinkedHashMap<>();
        layouts.forEach(layout -> configs.put(layout.options(), layout.config()));
        return configs;
    }

    private static boolean isFirstChoice(Layout layout) {
        return layout.options().startsWith("--orders") && layout.options().contains("all-linear");
    }

    private List<Integer> numbers(Family family) {
        return family.blocks()
                ? blockSizes
                : IntStream.rangeClosed(1, family.free().isEmpty() ? 1 : SMALL).boxed().toList();
    }

    /** Small block sizes, and those that divide a layer. */
    private static List<Integer> blockSizes(ModelSpec model) {
        TreeSet<Integer> sizes = new TreeSet<>();
        IntStream.rangeClosed(2, SMALL).forEach(sizes::add);
        model.targetModules().stream()
                .mapToInt(target -> target.weight().features())
                .distinct()
                .forEach(
                        features ->
                                IntStream.rangeClosed(SMALL, features)
                                        .filter(b -> features % b == 0)
                                        .forEach(sizes::add));
        return List.copyOf(sizes);
    }

    /** Null where the number does not fit the model, or costs too much. */
    private Layout layout(Family family, int number) {
        String options =
                family.free().isEmpty()
                        ? family.options()
                        : family.options() + " " + family.free() + " " + number;
        AdapterConfig config = ParamsReport.config(options);
        try {
            AdapterSpec adapter = model.adapter(config);
            boolean cheap = Flops.of(model, adapter, tokens).stepRatio() <= MOST_WORK;
            return cheap ? new Layout(options, config, adapter.adapterSize()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
