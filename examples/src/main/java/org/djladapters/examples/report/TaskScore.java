/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.task.Provenance;

/**
 * What a method reached on a task.
 *
 * @param runs the results by seed
 */
record TaskScore(SortedMap<Long, RunResult> runs) {

    /** Of these less is better; all others are shares, of which more is. */
    private static final Set<String> LESS_IS_BETTER = Set.of("perplexity", "loss");

    /** Takes the last result of every seed. */
    static TaskScore of(List<RunResult> results) {
        SortedMap<Long, RunResult> runs = new TreeMap<>();
        results.forEach(result -> runs.put(result.key().seed(), result));
        return new TaskScore(runs);
    }

    /** The runs that succeeded, by seed. */
    List<RunResult> good() {
        return runs.values().stream().filter(run -> !run.isFailed()).toList();
    }

    List<RunResult> failed() {
        return runs.values().stream().filter(RunResult::isFailed).toList();
    }

    /** The metric that decides, which a failure does not record; at least one run succeeded. */
    String metric() {
        return good().get(0).metric();
    }

    boolean isOfShares() {
        return isShare(metric());
    }

    /** Names of all metrics. */
    Set<String> metrics() {
        Set<String> names = new LinkedHashSet<>();
        good().forEach(run -> names.addAll(run.metrics().keySet()));
        return names;
    }

    /** The metric that decides, times 100 if it is a share. */
    Sample sample() {
        return sample(metric());
    }

    /** A metric, times 100 if it is a share. */
    Sample sample(String metric) {
        return new Sample(
                good().stream()
                        .filter(run -> run.metrics().containsKey(metric))
                        .map(run -> scaled(metric, run.metrics().get(metric)))
                        .toList());
    }

    /** The standard error of the metric that decides, as it is shown; none if it isn't known. */
    OptionalDouble samplingError() {
        Provenance.Source dev = good().get(0).setup().data().get("dev");
        double value = sample().mean() / factor(metric());
        OptionalDouble error =
                dev == null
                        ? OptionalDouble.empty()
                        : SamplingError.of(metric(), value, dev.rows());
        return error.stream().map(e -> e * factor(metric())).findFirst();
    }

    /** The metric that decides of a seed, times 100 if it is a share. */
    OptionalDouble value(long seed) {
        RunResult run = runs.get(seed);
        return run == null || run.isFailed()
                ? OptionalDouble.empty()
                : OptionalDouble.of(scaled(run.metric(), run.value()));
    }

    /** A metric as it is shown; NaN for none. */
    static double scaled(String metric, Double value) {
        return value == null ? Double.NaN : value * factor(metric);
    }

    /** Tells shares, of which more is better, from metrics that are shown as they are. */
    static boolean isShare(String metric) {
        return !LESS_IS_BETTER.contains(metric);
    }

    private static double factor(String metric) {
        return isShare(metric) ? 100 : 1;
    }

    /** The name of a metric, and how it is shown. */
    static String words(String metric) {
        return words(metric, "");
    }

    /** The name of a metric and where it was measured, and how it is shown. */
    static String words(String metric, String where) {
        return metric.replace('_', ' ') + where + (isShare(metric) ? ", × 100" : "");
    }
}
