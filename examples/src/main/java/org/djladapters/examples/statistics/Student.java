/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;

/** The interval of a mean by Student's distribution. */
public final class Student {

    private static final double UPPER = 0.975;

    private Student() {}

    /**
     * Returns half of the 95 % interval of the mean of n numbers, t s / &radic;n with their
     * standard deviation s; NaN for fewer than two.
     */
    public static double half(StatisticalSummary numbers) {
        double count = numbers.getN();
        if (count < 2) {
            return Double.NaN;
        }
        return new TDistribution(count - 1).inverseCumulativeProbability(UPPER)
                * numbers.getStandardDeviation()
                / Math.sqrt(count);
    }
}
