/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A paired, hierarchical bootstrap over examples and seeds.
 *
 * <p>A repetition of an experiment gives other numbers for two reasons. <b>Examples:</b> each of
 * {@value Resamples#COUNT} rounds computes the metric of all runs on one resample of the examples,
 * the same for all methods. <b>Seeds:</b> drawing three seeds with repetition from three would
 * underestimate their variance by a third, and has only ten outcomes. So a round gives every seed a
 * standard normal number g, the same for all methods, and moves a method's mean over its s seeds by
 *
 * <p>\[\frac{1}{\sqrt{s (s-1)}} \sum_i g_i (y_i - \bar y).\]
 *
 * <p>The variance of this is the unbiased one of a mean, and methods still rise and fall together
 * with a seed. Tasks are drawn independently of each other.
 *
 * <p>The interval goes from the 2.5th to the 97.5th percentile of the rounds. Since a variance that
 * is estimated from few seeds is uncertain, the part of the interval that comes from seeds is made
 * longer, as in a t-test, by the ratio of Student's quantile to the normal one: with a variance
 * \(v_e\) from examples and \(v_s\) from seeds, both ends move away from the estimate by the factor
 * \(\sqrt{(v_e + (t/z)^2 v_s) / (v_e + v_s)}\). The degrees of freedom are those of Welch and
 * Satterthwaite, s - 1 for the seeds of a task.
 *
 * <p>The values of single seeds also vary with the examples, so that this part counts twice.
 * Intervals are a little longer than needed for that, never shorter.
 *
 * @see <a href="https://doi.org/10.1214/07-AOAS122">A. B. Owen, The pigeonhole bootstrap, 2007</a>
 */
public final class Bootstrap {

    private static final double UPPER = 97.5;
    private static final double NORMAL_QUANTILE = 1.959964;

    private final List<PairedRuns> tasks;
    private final Statistic statistic;
    private final double[] gradient;
    private final double[] means;

    private Bootstrap(List<PairedRuns> tasks, Statistic statistic) {
        this.tasks = tasks;
        this.statistic = statistic;
        means = mean(tasks.stream().map(PairedRuns::means).toList());
        gradient = statistic.gradient(means);
    }

    /**
     * Estimates a statistic of the mean over tasks, with its interval.
     *
     * @throws IllegalArgumentException if there is no task, or methods have no seed in common on
     *     one
     */
    public static Estimate estimate(List<PairedRuns> tasks, Statistic statistic) {
        OptionalInt seeds = tasks.stream().mapToInt(PairedRuns::seeds).min();
        if (seeds.orElse(0) == 0) {
            throw new IllegalArgumentException(
                    "Methods can be compared only on tasks for which they have a seed in common");
        }
        return new Bootstrap(List.copyOf(tasks), statistic).estimate(seeds.getAsInt());
    }

    /**
     * Estimates the difference of two means over the same examples, with its interval.
     *
     * @param metric the name of the mean
     * @param first a number for every example, by seed
     * @param second what is subtracted, likewise
     * @throws IllegalArgumentException if they have no seed in common
     */
    public static Estimate difference(
            String metric, Map<Long, double[]> first, Map<Long, double[]> second) {
        return estimate(
                List.of(PairedRuns.of(metric, List.of(measured(first), measured(second)))),
                Statistic.DIFFERENCE);
    }

    private static Map<Long, Measurement> measured(Map<Long, double[]> values) {
        Map<Long, Measurement> measured = new TreeMap<>();
        values.forEach((seed, of) -> measured.put(seed, Measurement.ofMean("questions", of)));
        return measured;
    }

    private Estimate estimate(int fewestSeeds) {
        double[] ofExamples = new double[Resamples.COUNT];
        double[] rounds = new double[Resamples.COUNT];
        double[][] shifts = shifts();
        for (int i = 0; i < rounds.length; i++) {
            int round = i;
            double[] drawn = mean(tasks.stream().map(task -> task.resampledMeans(round)).toList());
            ofExamples[i] = statistic.of(drawn);
            for (int k = 0; k < drawn.length; k++) {
                drawn[k] += shifts[k][i];
            }
            rounds[i] = statistic.of(drawn);
        }
        double value = statistic.of(means);
        double factor = lengthening(StatUtils.variance(ofExamples));
        double low = StatUtils.percentile(rounds, 100 - UPPER);
        double high = StatUtils.percentile(rounds, UPPER);
        return new Estimate(
                value,
                value - factor * (value - low),
                value + factor * (high - value),
                Math.sqrt(StatUtils.variance(rounds)),
                fewestSeeds);
    }

    /** Computes how far the seeds move the mean of each method over the tasks, in every round. */
    private double[][] shifts() {
        double[][] shifts = new double[means.length][Resamples.COUNT];
        for (PairedRuns task : tasks) {
            int seeds = task.seeds();
            if (seeds < 2) {
                continue;
            }
            double scale = 1 / (Math.sqrt(seeds * (seeds - 1.0)) * tasks.size());
            for (int seed = 0; seed < seeds; seed++) {
                double[] noise = task.noise(seed);
                double[] deviations = task.deviations(seed);
                for (int k = 0; k < deviations.length; k++) {
                    for (int i = 0; i < noise.length; i++) {
                        shifts[k][i] += scale * noise[i] * deviations[k];
                    }
                }
            }
        }
        return shifts;
    }

    private double lengthening(double varianceOfExamples) {
        double varianceOfSeeds = 0;
        double perFreedom = 0;
        for (PairedRuns task : tasks) {
            if (task.seeds() > 1) {
                double part = varianceOfSeeds(task);
                varianceOfSeeds += part;
                perFreedom += part * part / (task.seeds() - 1);
            }
        }
        if (perFreedom == 0) {
            return 1;
        }
        double freedom = varianceOfSeeds * varianceOfSeeds / perFreedom;
        double quantile = new TDistribution(freedom).inverseCumulativeProbability(UPPER / 100);
        double ratio = quantile / NORMAL_QUANTILE;
        return Math.sqrt(
                (ratio * ratio * varianceOfSeeds + varianceOfExamples)
                        / (varianceOfSeeds + varianceOfExamples));
    }

    /** Computes the part of the result's variance that comes from the seeds of a task. */
    private double varianceOfSeeds(PairedRuns task) {
        double sum = 0;
        for (int seed = 0; seed < task.seeds(); seed++) {
            double[] deviations = task.deviations(seed);
            double effect = 0;
            for (int k = 0; k < deviations.length; k++) {
                effect += gradient[k] * deviations[k] / tasks.size();
            }
            sum += effect * effect;
        }
        return sum / (task.seeds() * (task.seeds() - 1.0));
    }

    private static double[] mean(List<double[]> ofTasks) {
        double[] mean = new double[ofTasks.get(0).length];
        for (double[] values : ofTasks) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += values[k] / ofTasks.size();
            }
        }
        return mean;
    }
}
