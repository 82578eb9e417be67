/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.rotation.CompoundLayout;

/**
 * How compound adapters spend a budget: with few parameters by orders 1, 2 and 3 in blocks that
 * they fill, with more by order 1 in small blocks on nearly all layers.
 *
 * <p>What the numbers below say was measured on text classification with all-MiniLM-L6-v2: smaller
 * blocks are better than larger ones, and coordinates that nothing rotates are wasted.
 */
final class CompoundBudget {

    /** The orders that fill large blocks with few parameters. */
    static final List<Integer> ORDERS = List.of(1, 2, 3);

    /** The largest blocks of these orders; only where nothing else is left they are larger. */
    private static final int LARGEST_FILLED = 92;

    /** Layouts that rotate a smaller share of the outputs are not taken. */
    private static final double LEAST_COVERAGE = 0.8;

    /** The sizes of the blocks of order 1. */
    private static final List<Integer> SMALL_BLOCKS =
            List.of(2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64);

    /** The number of places, counted from the largest, where there are blocks of order 1. */
    private static final int WIDE_PLACES = 2;

    /** The budget. */
    static final Budget BUDGET =
            new Budget(Set.of("--orders", "--blocks", "--block-size"), CompoundBudget::layouts);

    private CompoundBudget() {}

    private static List<Layout> layouts(List<Place> places) {
        List<Layout> layouts = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            int largest = i == 0 ? place.narrowest() : LARGEST_FILLED;
            for (int size : CompoundLayout.filledSizes(ORDERS, largest)) {
                if (coverage(place, size) >= LEAST_COVERAGE) {
                    layouts.add(layout(place, ORDERS, size));
                }
            }
        }
        for (int size : SMALL_BLOCKS) {
            for (Place place :
                    places.subList(Math.max(0, places.size() - WIDE_PLACES), places.size())) {
                layouts.add(layout(place, List.of(1), size));
            }
        }
        return layouts;
    }

    private static Layout layout(Place place, List<Integer> orders, int blockSize) {
        return Layout.of(place.targets()).with("--orders", orders).with("--block-size", blockSize);
    }

    private static double coverage(Place place, int blockSize) {
        return coverage(place.weights(), ORDERS, blockSize);
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
