/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.djladapters.examples.statistics.Student;

/**
 * The result of a search for a layout.
 *
 * @param method the name of the method
 * @param adapterParameters the largest number of trainable parameters on a task, without the head
 * @param rates the factors of the method's usual learning rates
 * @param value the mean of the decisive metrics over tasks and seeds, on held-out training data
 * @param merit the mean on a scale where larger is better, by which layouts are ordered
 * @param difference the mean difference of the merit from that of the first layout in the file, in
 *     pairs of the same task and seed
 * @param uncertainty half the length of its 95 % interval, by Student's distribution over these
 *     pairs; NaN if it is unknown, as with one seed
 */
public record SearchedLayout(
        String method,
        long adapterParameters,
        Rates rates,
        double value,
        double merit,
        double difference,
        double uncertainty)
        implements Comparable<SearchedLayout> {

    /** Summarises the trials of a method with its chosen rate, and those of the first layout. */
    static SearchedLayout of(String method, List<RateTrial> trials, List<RateTrial> first) {
        StatisticalSummary differences = differences(trials, first);
        return new SearchedLayout(
                method,
                trials.stream().mapToLong(RateTrial::adapterParameters).max().orElseThrow(),
                trials.get(0).rates(),
                trials.stream().mapToDouble(RateTrial::value).average().orElseThrow(),
                trials.stream().mapToDouble(RateChoice::merit).average().orElseThrow(),
                differences.getMean(),
                trials.stream().map(trial -> trial.key().seed()).distinct().count() < 2
                        ? Double.NaN
                        : Student.half(differences));
    }

    private static StatisticalSummary differences(List<RateTrial> trials, List<RateTrial> first) {
        SummaryStatistics differences = new SummaryStatistics();
        for (RateTrial trial : trials) {
            first.stream()
                    .filter(other -> other.key().task().equals(trial.key().task()))
                    .filter(other -> other.key().seed() == trial.key().seed())
                    .mapToDouble(other -> RateChoice.merit(trial) - RateChoice.merit(other))
                    .forEach(differences::addValue);
        }
        return differences;
    }

    /** Orders the better layout first. */
    @Override
    public int compareTo(SearchedLayout other) {
        return Double.compare(other.merit, merit);
    }

    @Override
    public String toString() {
        String line =
                "%s: %.4f with %,d adapter parameters, %s"
                        .formatted(method, value, adapterParameters, rates);
        return uncertainty > 0
                ? line
                        + "; %+.4f ± %.4f (95 %% interval) against the first"
                                .formatted(difference, uncertainty)
                : line;
    }
}
