/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Examples in the order of their labels, shuffled within a label. Every n-th of them has about the
 * share of each class, or the spread of numbers, that all have.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StratifiedSplit(List<Integer> ordered, double[] values, boolean classes) {

    /** Orders examples by label; those without classes or numbers are only shuffled. */
    static StratifiedSplit of(LabelledData data, long seed) {
        List<Integer> ordered = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        Collections.shuffle(ordered, new Random(seed));
        if (data.task().isPresent()) {
            return new StratifiedSplit(ordered, new double[data.size()], false);
        }
        LabelSpace labels = LabelSpace.of(data);
        double[] values = labels.encode(data);
        ordered.sort(Comparator.comparingDouble(row -> values[row]));
        return new StratifiedSplit(ordered, values, labels.kind() == TaskKind.CLASSIFICATION);
    }

    /**
     * Picks every (1/share)-th example.
     *
     * @param sparing whether the only example of a class is left out
     * @return the rows in ascending order
     */
    List<Integer> pick(double share, boolean sparing) {
        return IntStream.range(0, ordered.size())
                .filter(i -> Math.floor((i + 1) * share) > Math.floor(i * share))
                .filter(i -> !(sparing && classes && isAlone(i)))
                .mapToObj(ordered::get)
                .sorted()
                .toList();
    }

    private boolean isAlone(int i) {
        double value = values[ordered.get(i)];
        boolean before = i > 0 && values[ordered.get(i - 1)] == value;
        boolean after = i + 1 < ordered.size() && values[ordered.get(i + 1)] == value;
        return !before && !after;
    }
}
