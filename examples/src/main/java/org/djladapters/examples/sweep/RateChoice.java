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
import java.util.stream.Collectors;
import org.djladapters.task.Metrics;

/**
 * The learning rates of a method, for all tasks or for one.
 *
 * @param rates those with the best mean of the held-out values over tasks and seeds; of equal ones
 *     the closest to the usual rates, and of these the lowest of the adapter
 * @param atEdge whether a factor is the smallest or the largest of several, so that a better one
 *     may lie beyond
 */
public record RateChoice(Rates rates, boolean atEdge) {

    private static final double ROUNDING = 1e9;

    /** Chooses by the trials of one method. The result is empty if no rates work. */
    public static Optional<RateChoice> of(List<RateTrial> trials) {
        return ranked(trials).stream()
                .findFirst()
                .map(best -> new RateChoice(best, RateGrid.of(tried(trials)).isEdge(best)));
    }

    /**
     * Sorts the rates that trials of one method tried, the best first. For a perplexity, of which
     * less is better, the negative logarithm counts. Rates are left out that have a failed trial,
     * or fewer trials than others, except for tasks and seeds for which the trials of all rates
     * failed.
     */
    static List<Rates> ranked(List<RateTrial> trials) {
        List<RateTrial> good = trials.stream().filter(trial -> !trial.isFailed()).toList();
        Set<RunKey> keys = good.stream().map(RateTrial::key).collect(Collectors.toSet());
        return tried(trials).stream()
                .filter(rates -> !keys.isEmpty() && keys.equals(keysOf(good, rates)))
                .sorted(
                        Comparator.comparingDouble((Rates rates) -> -rounded(mean(good, rates)))
                                .thenComparingDouble(rates -> rounded(rates.distance()))
                                .thenComparingDouble(Rates::factor))
                .toList();
    }

    private static List<Rates> tried(List<RateTrial> trials) {
        return trials.stream().map(RateTrial::rates).distinct().toList();
    }

    private static Set<RunKey> keysOf(Collection<RateTrial> trials, Rates rates) {
        return trials.stream()
                .filter(trial -> trial.rates().equals(rates))
                .map(RateTrial::key)
                .collect(Collectors.toSet());
    }

    private static double mean(Collection<RateTrial> trials, Rates rates) {
        return trials.stream()
                .filter(trial -> trial.rates().equals(rates))
                .mapToDouble(RateChoice::merit)
                .average()
                .orElseThrow();
    }

    /** Rounds, so that numbers are equal whose sums differ only by the rounding of parts. */
    private static double rounded(double number) {
        return Math.rint(number * ROUNDING);
    }

    /** Returns the value of a trial on a scale where larger is better. */
    static double merit(RateTrial trial) {
        return Metrics.isLowerBetter(trial.metric()) ? -Math.log(trial.value()) : trial.value();
    }
}
