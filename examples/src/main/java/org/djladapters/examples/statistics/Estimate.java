/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

/**
 * An estimate with its interval.
 *
 * @param value the measured value
 * @param low the lower end of the 95 % interval
 * @param high its upper end
 * @param error the standard error
 * @param seeds the smallest number of seeds that all methods have on a task; with one, the interval
 *     covers the choice of the examples only
 */
public record Estimate(double value, double low, double high, double error, int seeds) {

    /** Returns the estimate of the value with the other sign. */
    public Estimate negated() {
        return new Estimate(-value, -high, -low, error, seeds);
    }

    /** Tells whether the interval leaves 0 out. */
    public boolean isDecided() {
        return low > 0 || high < 0;
    }

    /** Tells whether the interval covers the choice of seeds: every task has at least two. */
    public boolean coversSeeds() {
        return seeds > 1;
    }
}
