/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.djladapters.task.Metrics;

/**
 * The learning rate of a method: one factor of its usual rate for all tasks.
 *
 * @param factor the factor with the best mean of the held-out values over the tasks; of equal ones
 *     the one closest to 1
 * @param atEdge whether it is the smallest or the largest of several factors, so that a better one
 *     may lie beyond
 */
public record RateChoice(double factor, boolean atEdge) {

    /**
     * Chooses by the trials of one method with one seed. For a perplexity, of which less is better,
     * the negative logarithm counts. A factor with a failed trial is excluded, except for tasks on
     * which the trials of all factors failed. The result is empty if no factor is left.
     */
    public static Optional<RateChoice> of(List<RateTrial> trials) {
        TreeSet<Double> tried =
                trials.stream()
                        .map(RateTrial::factor)
                        .collect(Collectors.toCollection(TreeSet::new));
        List<RateTrial> good = trials.stream().filter(trial -> !trial.isFailed()).toList();
        Set<String> tasks = good.stream().map(t -> t.key().task()).collect(Collectors.toSet());
        return tried.stream()
                .filter(factor -> !tasks.isEmpty() && tasks.equals(tasksOf(good, factor)))
                .max(
                        Comparator.comparingDouble((Double factor) -> mean(good, factor))
                                .thenComparingDouble(factor -> -Math.abs(Math.log(factor))))
                .map(best -> new RateChoice(best, isEdge(best, tried)));
    }

    private static Set<String> tasksOf(Collection<RateTrial> trials, double factor) {
        return trials.stream()
                .filter(trial -> trial.factor() == factor)
                .map(trial -> trial.key().task())
                .collect(Collectors.toSet());
    }

    private static double mean(Collection<RateTrial> trials, double factor) {
        return trials.stream()
                .filter(trial -> trial.factor() == factor)
                .mapToDouble(RateChoice::merit)
                .average()
                .orElseThrow();
    }

    /** Returns the value of a trial on a scale where larger is better. */
    static double merit(RateTrial trial) {
        return Metrics.isLowerBetter(trial.metric()) ? -Math.log(trial.value()) : trial.value();
    }

    private static boolean isEdge(double factor, TreeSet<Double> tried) {
        return tried.size() > 1 && (factor == tried.first() || factor == tried.last());
    }
}
