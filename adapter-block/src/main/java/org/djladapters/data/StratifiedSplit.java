/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Examples in the order of their labels, shuffled within a label. Every n-th of them has about the
 * share of each class, or the spread of numbers, that all have.
 *
 * @param classes the classes of each example of the data; empty if it has none
 */
record StratifiedSplit(List<Integer> ordered, List<List<String>> classes) {

    /** Orders examples by label; those without classes or numbers are only shuffled. */
    static StratifiedSplit of(LabelledData data, long seed) {
        List<Integer> ordered = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        Collections.shuffle(ordered, new Random(seed));
        if (data instanceof MultiLabelData several) {
            return of(several, ordered);
        }
        if (data.task().isPresent()) {
            return new StratifiedSplit(ordered, List.of());
        }
        LabelSpace labels = LabelSpace.of(data);
        double[] values = labels.encode(data);
        ordered.sort(Comparator.comparingDouble(row -> values[row]));
        return new StratifiedSplit(
                ordered,
                labels.kind() == TaskKind.CLASSIFICATION
                        ? IntStream.range(0, data.size())
                                .mapToObj(row -> List.of(data.label(row)))
                                .toList()
                        : List.of());
    }

    /** Orders examples by the rarest class that they have. */
    private static StratifiedSplit of(MultiLabelData data, List<Integer> ordered) {
        List<List<String>> classes =
                IntStream.range(0, data.size()).mapToObj(data::labels).toList();
        Map<String, Integer> counts = counts(classes);
        Comparator<String> byRarity =
                Comparator.<String>comparingInt(counts::get)
                        .thenComparing(Comparator.naturalOrder());
        List<String> rarest =
                classes.stream().map(of -> of.stream().min(byRarity).orElse("")).toList();
        ordered.sort(Comparator.comparing(rarest::get));
        return new StratifiedSplit(ordered, classes);
    }

    private static Map<String, Integer> counts(List<List<String>> classes) {
        Map<String, Integer> counts = new HashMap<>();
        classes.forEach(of -> of.forEach(label -> counts.merge(label, 1, Integer::sum)));
        return counts;
    }

    /**
     * Picks every (1/share)-th example.
     *
     * @param sparing whether the last example of a class is left out
     * @return the rows in ascending order
     */
    List<Integer> pick(double share, boolean sparing) {
        Map<String, Integer> left = sparing ? counts(classes) : Map.of();
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            int row = ordered.get(i);
            if (Math.floor((i + 1) * share) > Math.floor(i * share)) {
                List<String> own = left.isEmpty() ? List.of() : classes.get(row);
                if (own.stream().noneMatch(label -> left.get(label) == 1)) {
                    own.forEach(label -> left.merge(label, -1, Integer::sum));
                    picked.add(row);
                }
            }
        }
        Collections.sort(picked);
        return picked;
    }
}
