/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Two methods compared on tasks that are a sample of all tasks: what to expect on others. The
 * intervals cover which tasks were taken, and with them examples and seeds, by Student's <i>t</i>
 * over the tasks.
 *
 * <p>With scores x and y of n tasks the difference is the mean of x - y, and its error that of a
 * mean. The share is R = sum x / sum y, and its error that of the mean of x - R y, divided by the
 * mean of y (the linear approximation of a ratio).
 */
public final class RandomTasks {

    private final double[] first;
    private final double[] second;

    /**
     * Takes the scores of two methods.
     *
     * @param first the scores of the first method, one for each task
     * @param second those of the method that it is compared with, in the same order
     * @throws IllegalArgumentException for fewer than two tasks, or numbers of them that differ
     */
    public RandomTasks(double[] first, double[] second) {
        if (first.length < 2 || first.length != second.length) {
            throw new IllegalArgumentException(
                    "Give the scores of both methods on the same two or more tasks, got %d and %d"
                            .formatted(first.length, second.length));
        }
        this.first = first.clone();
        this.second = second.clone();
    }

    /** Estimates the first method's score less the second's, on average over such tasks. */
    public Interval difference() {
        return interval(StatUtils.mean(first) - StatUtils.mean(second), residuals(1), 1);
    }

    /** Estimates the first method's score as a percentage of the second's, likewise. */
    public Interval share() {
        double share = StatUtils.sum(first) / StatUtils.sum(second);
        return interval(100 * share, residuals(share), 100 / StatUtils.mean(second));
    }

    /**
     * Estimates the share on a single further task, if the second method has its mean score there:
     * the interval is &radic;(n + 1) times as long as that of the mean share.
     */
    public Interval shareOnOne() {
        Interval share = share();
        double half = (share.high() - share.value()) * Math.sqrt(first.length + 1);
        return new Interval(share.value(), share.value() - half, share.value() + half);
    }

    /**
     * Tells whether the first method comes within so many percent of the second's score: whether
     * the whole interval of its share is at 100 - percent or above.
     *
     * @return false if it is below; empty if 100 - percent is inside it
     */
    public Optional<Boolean> comesWithin(double percent) {
        Interval share = share();
        boolean within = share.low() >= 100 - percent;
        return within || share.high() < 100 - percent ? Optional.of(within) : Optional.empty();
    }

    /** Returns the differences of the means without one task each, in the order of the tasks. */
    public double[] differencesWithoutOne() {
        double[] all = residuals(1);
        return IntStream.range(0, all.length)
                .mapToDouble(left -> (StatUtils.sum(all) - all[left]) / (all.length - 1))
                .toArray();
    }

    private double[] residuals(double factor) {
        return IntStream.range(0, first.length)
                .mapToDouble(task -> first[task] - factor * second[task])
                .toArray();
    }

    private static Interval interval(double value, double[] residuals, double scale) {
        double half = scale * Student.half(new DescriptiveStatistics(residuals));
        return new Interval(value, value - half, value + half);
    }

    /** A number with its 95 % interval. */
    public record Interval(double value, double low, double high) {}
}
