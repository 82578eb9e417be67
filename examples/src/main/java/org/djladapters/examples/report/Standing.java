/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a method stands: what it reached with how many parameters.
 *
 * @param label the method and its budget
 * @param family the word of the method
 * @param parameters the number of adapter parameters
 * @param value the mean over seeds of the metric of a task or of the average over tasks
 * @param deviation its standard deviation over seeds; NaN for fewer than two
 * @param seeds the number of seeds of which the deviation is
 */
record Standing(
        String label, String family, long parameters, double value, double deviation, int seeds) {

    /** Those that no other one with at most as many parameters reaches, by parameters. */
    static List<Standing> front(List<Standing> standings) {
        List<Standing> ordered =
                standings.stream()
                        .sorted(
                                Comparator.comparingLong(Standing::parameters)
                                        .thenComparing(
                                                Comparator.comparingDouble(Standing::value)
                                                        .reversed()))
                        .toList();
        List<Standing> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (Standing standing : ordered) {
            if (standing.value() > best) {
                front.add(standing);
                best = standing.value();
            }
        }
        return front;
    }

    /** The standard deviation of a difference of independent values, of what is known of it. */
    static double joint(double a, double b) {
        if (Double.isNaN(a)) {
            return b;
        }
        return Double.isNaN(b) ? a : Math.hypot(a, b);
    }
}
