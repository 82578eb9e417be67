/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

/** A number that is computed from the means of some methods. */
@FunctionalInterface
public interface Statistic {

    /** The first method itself. */
    Statistic MEAN = means -> means[0];

    /** By how much the first method is above the second. */
    Statistic DIFFERENCE = means -> means[0] - means[1];

    /** What share of the second method's score the first has, in percent. */
    Statistic SCORE_SHARE = means -> 100 * means[0] / means[1];

    /** The second method's score: what the first has a share of. */
    Statistic WHOLE_SCORE = means -> means[1];

    /**
     * What share of the second method's gain over the third, the head alone, the first has, in
     * percent.
     */
    Statistic GAIN_SHARE = means -> 100 * (means[0] - means[2]) / (means[1] - means[2]);

    /** The second method's gain over the third: what the first has a share of. */
    Statistic WHOLE_GAIN = means -> means[1] - means[2];

    /**
     * Computes the number.
     *
     * @param means the mean of each method, over seeds and tasks
     */
    double of(double[] means);

    /** How the number changes with the mean of each method, near these means. */
    default double[] gradient(double[] means) {
        double[] gradient = new double[means.length];
        for (int k = 0; k < means.length; k++) {
            double step = 1e-4 * Math.max(1, Math.abs(means[k]));
            double[] above = means.clone();
            double[] below = means.clone();
            above[k] += step;
            below[k] -= step;
            gradient[k] = (of(above) - of(below)) / (2 * step);
        }
        return gradient;
    }
}
