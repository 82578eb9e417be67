/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.rotation.CompoundLayout;

/**
 * How compound adapters spend a budget: with few parameters by orders 1, 2 and 3 in blocks that
 * they fill, with more by order 1 in small blocks on nearly all layers, and between these by orders
 * 1 and 2.
 *
 * <p>That coordinates are wasted that nothing rotates was measured on tasks of text with
 * all-MiniLM-L6-v2, see {@code examples/docs/evidence.md}. No layout with more parameters was found
 * better there than orders 1 to 3 in blocks of 92, so the choice among them is not a finding.
 */
final class CompoundBudget {

    /** The orders that fill large blocks with few parameters. */
    static final List<Integer> ORDERS = List.of(1, 2, 3);

    /** The orders that fill blocks with fewer parameters than order 1, but more than the above. */
    private static final List<Integer> BETWEEN = List.of(1, 2);

    /** The largest blocks on all layers: smaller ones on fewer layers have as many parameters. */
    private static final int LARGEST_ON_ALL = 92;

    /** Layouts that rotate a smaller share of the outputs are not taken. */
    private static final double LEAST_COVERAGE = 0.8;

    /** The sizes of the blocks of order 1; those of orders 1 and 2 are not larger. */
    private static final List<Integer> SMALL_BLOCKS =
            List.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64);

    /** The share of the outputs that another block size must add for a hint. */
    private static final double WORTH_A_HINT = 0.05;

    /** The number of places, counted from the largest, where there are blocks of these orders. */
    private static final int WIDE_PLACES = 2;

    /** The budget. */
    static final Budget BUDGET =
            new Budget(Set.of("--orders", "--blocks", "--block-size"), CompoundBudget::layouts);

    private CompoundBudget() {}

    private static List<Layout> layouts(List<Place> places) {
        List<Layout> layouts = new ArrayList<>();
        for (Place place : places.subList(0, places.size() - 1)) {
            layouts.addAll(filled(place, ORDERS, place.narrowest()));
        }
        Place all = places.get(places.size() - 1);
        layouts.addAll(filled(all, ORDERS, places.size() == 1 ? all.narrowest() : LARGEST_ON_ALL));
        List<Place> wide = places.subList(Math.max(0, places.size() - WIDE_PLACES), places.size());
        int largest = SMALL_BLOCKS.get(SMALL_BLOCKS.size() - 1);
        for (Place place : wide) {
            layouts.addAll(filled(place, BETWEEN, largest));
        }
        for (int size : SMALL_BLOCKS) {
            wide.forEach(place -> layouts.add(layout(place, List.of(1), size)));
        }
        return layouts;
    }

    /** Blocks of all sizes that orders fill, up to the largest. */
    private static List<Layout> filled(Place place, List<Integer> orders, int largest) {
        return CompoundLayout.filledSizes(orders, largest).stream()
                .filter(size -> coverage(place.weights(), orders, size) >= LEAST_COVERAGE)
                .map(size -> layout(place, orders, size))
                .toList();
    }

    private static Layout layout(Place place, List<Integer> orders, int blockSize) {
        return Layout.of(place.targets()).with("--orders", orders).with("--block-size", blockSize);
    }

    /** Blocks that their orders do not fill leave outputs alone; another size may fill them. */
    static Optional<String> hint(CompoundConfig config, List<WeightSpec> weights) {
        boolean plain =
                config.side() == RotatedSide.OUTPUT && config.basis() == CompoundBasis.STANDARD;
        boolean same = config.ordersPatterns().isEmpty() && config.blockSizePatterns().isEmpty();
        if (config.scaling() || weights.isEmpty() || !plain || !same) {
            return Optional.empty();
        }
        long outputs = weights.stream().mapToLong(WeightSpec::features).sum();
        long rotated = weights.stream().mapToLong(w -> config.form(w.features()).covered()).sum();
        double coverage = (double) rotated / outputs;
        return weights.stream()
                .flatMap(weight -> config.layouts(weight).get(0).neighbours().stream())
                .distinct()
                .map(size -> Map.entry(size, coverage(weights, config.orders(), size)))
                .max(Map.Entry.comparingByValue())
                .filter(better -> better.getValue() - coverage >= WORTH_A_HINT)
                .map(better -> hint(config, coverage, better.getKey(), better.getValue()));
    }

    private static String hint(CompoundConfig config, double coverage, int size, double better) {
        String numbers =
                config.orders().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ("The blocks leave %.0f %% of the outputs unrotated; blocks of %d, which orders %s"
                        + " fill, leave %.0f %%")
                .formatted(100 * (1 - coverage), size, numbers, 100 * (1 - better));
    }

    /** The share of the outputs that blocks of a size rotate; narrower layers have one block. */
    static double coverage(List<WeightSpec> weights, List<Integer> orders, int blockSize) {
        long rotated = 0;
        long outputs = 0;
        for (WeightSpec weight : weights) {
            int features = weight.features();
            int size = Math.min(blockSize, features);
            CompoundLayout layout = CompoundLayout.ofBlockSize(features, size, orders);
            rotated += (long) layout.blocks() * layout.filled();
            outputs += features;
        }
        return (double) rotated / outputs;
    }
}
