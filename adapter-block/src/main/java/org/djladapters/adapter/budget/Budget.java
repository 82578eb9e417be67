/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How a method spends a number of trainable parameters: the layouts to choose from. Of these the
 * one is taken that trains most within the number; of two that train as many, the later. Layouts
 * that do not fit a model are passed over. A method with no layouts refuses budgets.
 *
 * @param options the names of the options that a layout decides, so that they can't be given with a
 *     budget; those of the targets are among them anyway
 * @param layouts the layouts for the places of a model, in any order but for the rule above
 */
public record Budget(Set<String> options, Function<List<Place>, List<Layout>> layouts) {

    /** That of a method of which nothing can be chosen. */
    public static final Budget NONE = new Budget(Set.of(), places -> List.of());

    /** That of a method of which only the places can be chosen. */
    public static final Budget PLACES =
            new Budget(
                    Set.of(),
                    places -> places.stream().map(place -> Layout.of(place.targets())).toList());

    /** Copies the names. */
    public Budget {
        options = Set.copyOf(options);
    }

    /** How many values of an option are taken on some of the linear layers only. */
    private static final int FEW = 3;

    /**
     * Spends a small budget on few places with one of the first values of an option, and a large
     * one on all linear layers with the value that it allows: more layers are better than larger
     * ranks or blocks on few.
     *
     * @param option the name of the option, such as {@code --rank}
     * @param values its values, the one with the fewest parameters first
     */
    public static Budget of(String option, int... values) {
        return new Budget(Set.of(option), places -> layouts(places, option, values));
    }

    private static List<Layout> layouts(List<Place> places, String option, int... values) {
        List<Layout> layouts = new ArrayList<>();
        for (Place place : places) {
            boolean all = place.equals(places.get(places.size() - 1));
            IntStream.of(values)
                    .limit(all ? values.length : FEW)
                    .mapToObj(value -> Layout.of(place.targets()).with(option, value))
                    .forEach(layouts::add);
        }
        return layouts;
    }

    /** Adds layouts, which are passed over where their targets select nothing. */
    public Budget with(List<Layout> more) {
        return new Budget(
                options,
                places -> {
                    List<Layout> all = new ArrayList<>(layouts.apply(places));
                    all.addAll(more);
                    return all;
                });
    }

    /** Adds names of options that a layout decides. */
    public Budget deciding(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Budget(Set.copyOf(all), layouts);
    }
}
