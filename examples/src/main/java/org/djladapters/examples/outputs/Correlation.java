/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.outputs;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Correlations of two columns with weighted rows; the columns are sorted only once. */
final class Correlation {

    private final double[] first;
    private final double[] second;
    private final int[] firstOrder;
    private final int[] secondOrder;

    Correlation(float[] first, float[] second) {
        this.first = widen(first);
        this.second = widen(second);
        firstOrder = order(this.first);
        secondOrder = order(this.second);
    }

    private static int[] order(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Computes Pearson's correlation; 0 if a column is constant in the rows that count. */
    double pearson(int[] weights) {
        return pearson(first, second, weights);
    }

    /** Computes Pearson's correlation of the ranks; equal values get the mean of their ranks. */
    double spearman(int[] weights) {
        return pearson(
                ranks(first, firstOrder, weights), ranks(second, secondOrder, weights), weights);
    }

    private static double[] widen(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] ranks(double[] values, int[] order, int[] weights) {
        double[] ranks = new double[values.length];
        long before = 0;
        int start = 0;
        while (start < order.length) {
            int end = start;
            long equal = 0;
            while (end < order.length && values[order[end]] == values[order[start]]) {
                equal += weights[order[end++]];
            }
            for (int i = start; i < end; i++) {
                ranks[order[i]] = before + (equal + 1) / 2.0;
            }
            before += equal;
            start = end;
        }
        return ranks;
    }

    private static double pearson(double[] x, double[] y, int[] weights) {
        if (isConstant(x, weights) || isConstant(y, weights)) {
            return 0;
        }
        double count = IntStream.of(weights).asLongStream().sum();
        double meanX = sum(x, weights) / count;
        double meanY = sum(y, weights) / count;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            xx += weights[i] * dx * dx;
            yy += weights[i] * dy * dy;
            xy += weights[i] * dx * dy;
        }
        double correlation = xy / Math.sqrt(xx * yy);
        // the squares of very small differences underflow to 0
        return Double.isNaN(correlation) ? 0 : correlation;
    }

    private static double sum(double[] values, int[] weights) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += weights[i] * values[i];
        }
        return sum;
    }

    private static boolean isConstant(double[] values, int[] weights) {
        double[] counted =
                IntStream.range(0, values.length)
                        .filter(i -> weights[i] > 0)
                        .mapToDouble(i -> values[i])
                        .distinct()
                        .limit(2)
                        .toArray();
        return counted.length < 2;
    }
}
