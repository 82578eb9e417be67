/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.budget;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;

/**
 * Layers of a model among which an adapter is spread.
 *
 * <p>Where an adapter sits counts more than how many parameters it has: with equal ones the layer
 * that makes the values of an attention gains most, those that make queries and keys least. So the
 * places are, each containing the one before:
 *
 * <ol>
 *   <li>the layers of the values;
 *   <li>besides them those with as many outputs as inputs, such as the output layer of attention;
 *   <li>besides them those with fewer outputs than inputs, such as the output layer of the
 *       feed-forward network;
 *   <li>besides them those that widen, such as the first feed-forward layer;
 *   <li>all linear layers, so with those of queries and keys.
 * </ol>
 *
 * <p>Values, queries and keys are known by their names, such as {@code v_proj}, the others by their
 * shapes. A place that a model does not have, or that is the same as another, is left out; the last
 * one is always there.
 *
 * @param targets what selects the layers
 * @param weights their weights
 */
public record Place(Targets targets, List<WeightSpec> weights) {

    private static final Set<String> VALUE = Set.of("v", "value");
    private static final Set<String> QUERY_OR_KEY = Set.of("q", "query", "k", "key");

    /** Copies the weights. */
    public Place {
        weights = List.copyOf(weights);
    }

    /** Returns the places of a model with these linear layers, from the smallest to the largest. */
    public static List<Place> of(List<WeightSpec> weights) {
        List<WeightSpec> values = select(weights, w -> isValue(w.path()));
        List<WeightSpec> scores = select(weights, w -> isQueryOrKey(w.path()));
        List<WeightSpec> rest = select(weights, w -> !scores.contains(w));
        List<WeightSpec> square =
                select(rest, w -> values.contains(w) || w.features() == w.inputs());
        List<WeightSpec> even = select(rest, w -> values.contains(w) || w.features() <= w.inputs());
        List<Place> places = new ArrayList<>();
        Targets all = Targets.allLinear();
        add(places, only(values, weights), values);
        add(places, only(square, weights), square);
        add(places, all.excluding(suffixes(select(weights, w -> !even.contains(w)), even)), even);
        add(places, all.excluding(suffixes(scores, rest)), rest);
        places.removeIf(place -> place.weights().size() == weights.size());
        places.add(new Place(all, weights));
        return List.copyOf(places);
    }

    /** {@return the width of the narrowest layer, its number of outputs} */
    public int narrowest() {
        return weights.stream().mapToInt(WeightSpec::features).min().orElse(0);
    }

    private static Targets only(List<WeightSpec> some, List<WeightSpec> all) {
        return Targets.of(suffixes(some, select(all, w -> !some.contains(w))));
    }

    private static void add(List<Place> places, Targets targets, List<WeightSpec> weights) {
        boolean known = places.stream().anyMatch(place -> place.weights().equals(weights));
        if (!weights.isEmpty() && !known) {
            places.add(new Place(targets, weights));
        }
    }

    private static List<WeightSpec> select(List<WeightSpec> from, Predicate<WeightSpec> condition) {
        return from.stream().filter(condition).toList();
    }

    private static boolean isValue(String path) {
        Set<String> words = words(path);
        return words.stream().anyMatch(VALUE::contains)
                && words.stream().noneMatch(QUERY_OR_KEY::contains);
    }

    /** A layer that makes values too, such as {@code query_key_value}, does not count. */
    private static boolean isQueryOrKey(String path) {
        Set<String> words = words(path);
        return words.stream().anyMatch(QUERY_OR_KEY::contains)
                && words.stream().noneMatch(VALUE::contains);
    }

    /** The words of the last name of a path. */
    private static Set<String> words(String path) {
        return Set.copyOf(List.of(path.substring(path.lastIndexOf('.') + 1).split("_")));
    }

    /** The shortest ends of some paths that are no ends of others. */
    private static String[] suffixes(List<WeightSpec> some, List<WeightSpec> others) {
        Set<String> suffixes = new LinkedHashSet<>();
        for (WeightSpec weight : some) {
            suffixes.add(suffix(weight.path(), others));
        }
        return suffixes.toArray(String[]::new);
    }

    private static String suffix(String path, List<WeightSpec> others) {
        int dot = path.lastIndexOf('.');
        while (dot >= 0) {
            List<String> suffix = List.of(path.substring(dot + 1));
            if (others.stream().noneMatch(other -> Targets.hasSuffix(other.path(), suffix))) {
                return suffix.get(0);
            }
            dot = path.lastIndexOf('.', dot - 1);
        }
        return path;
    }
}
