/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The probabilities of classes for every example, and the classes that it has.
 *
 * @param probabilities of each example for each class
 * @param labels whether an example has a class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MultiLabelOutputs(double[][] probabilities, boolean[][] labels) {

    /** Returns outputs without probabilities yet, for the indices of the classes of examples. */
    static MultiLabelOutputs of(List<int[]> classes, int outputs) {
        boolean[][] labels = new boolean[classes.size()][outputs];
        for (int i = 0; i < labels.length; i++) {
            for (int k : classes.get(i)) {
                labels[i][k] = true;
            }
        }
        return new MultiLabelOutputs(new double[labels.length][outputs], labels);
    }

    int size() {
        return labels.length;
    }

    int classes() {
        return labels[0].length;
    }

    /** Returns the probability of a class for every example. */
    double[] probabilities(int k) {
        return IntStream.range(0, size()).mapToDouble(i -> probabilities[i][k]).toArray();
    }

    /** Returns for every example whether it has a class. */
    boolean[] labels(int k) {
        boolean[] column = new boolean[size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = labels[i][k];
        }
        return column;
    }

    /** Returns for each example the classes whose probabilities reach their thresholds. */
    boolean[][] chosen(List<Double> thresholds) {
        boolean[][] chosen = new boolean[size()][classes()];
        for (int i = 0; i < chosen.length; i++) {
            for (int k = 0; k < chosen[i].length; k++) {
                chosen[i][k] = probabilities[i][k] >= thresholds.get(k);
            }
        }
        return chosen;
    }
}
