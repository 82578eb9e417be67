/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

/** Computes a number from the means of some methods. */
@FunctionalInterface
public interface Statistic {

    /** The mean of the first method. */
    Statistic MEAN = means -> means[0];

    /** The first method's mean less the second's. */
    Statistic DIFFERENCE = means -> means[0] - means[1];

    /** The first method's score as a percentage of the second's. */
    Statistic SCORE_SHARE = means -> 100 * means[0] / means[1];

    /** The second method's score, which is 100 percent. */
    Statistic WHOLE_SCORE = means -> means[1];

    /** The first method's gain over the third (the head alone) as a percentage of the second's. */
    Statistic GAIN_SHARE = means -> 100 * (means[0] - means[2]) / (means[1] - means[2]);

    /** The second method's gain over the third, which is 100 percent. */
    Statistic WHOLE_GAIN = means -> means[1] - means[2];

    /** Computes the number from the mean of each method over seeds and tasks. */
    double of(double[] means);

    /** Computes the derivatives with respect to the mean of each method. */
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
