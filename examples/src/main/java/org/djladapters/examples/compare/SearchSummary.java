/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.examples.statistics.Bootstrap;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.tuning.SearchChange;

/**
 * What the runs of a method changed in a search.
 *
 * @param texts which texts the adapter changes: of passages, their index is to be built again
 * @param seconds the mean time of a training, with that of its evaluations
 * @param changes by metric; none if a run of an earlier version did not keep them
 */
public record SearchSummary(AdaptedTexts texts, double seconds, Map<String, Change> changes) {

    private static final String FIRST = "recall@1";

    /** Makes the changes unmodifiable, in their order. */
    public SearchSummary {
        changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
    }

    /**
     * A metric of the model as it is, and the mean over the seeds of the adapters' less that, with
     * an interval over the questions and, if there are several, the seeds.
     */
    public record Change(double before, Estimate difference) {

        /** Returns the mean of the adapters. */
        public double after() {
            return before + difference.value();
        }
    }

    /** Names the metrics that are shown. */
    static List<String> metrics(String metric) {
        return Stream.of(metric, FIRST).distinct().toList();
    }

    /** Keeps what was found for every question. */
    static Map<String, double[]> columns(
            String metric, Function<String, double[]> column, SearchChange change) {
        Map<String, double[]> columns = new LinkedHashMap<>();
        metrics(metric).stream()
                .filter(change.names()::contains)
                .forEach(name -> columns.put(name, column.apply(name)));
        return columns;
    }

    /** Summarises successful runs, at least one. */
    static SearchSummary of(AdaptedTexts texts, String metric, List<ComparisonRun> runs) {
        Map<String, Change> changes = new LinkedHashMap<>();
        for (String name : metrics(metric)) {
            if (runs.stream()
                    .allMatch(run -> run.before() != null && run.before().containsKey(name))) {
                Map<Long, double[]> before = bySeed(runs, run -> run.before().get(name));
                Map<Long, double[]> after = bySeed(runs, run -> run.after().get(name));
                changes.put(
                        name,
                        new Change(
                                before.values().stream()
                                        .flatMapToDouble(Arrays::stream)
                                        .average()
                                        .orElseThrow(),
                                Bootstrap.difference(name, after, before)));
            }
        }
        double seconds = runs.stream().mapToDouble(ComparisonRun::seconds).average().orElseThrow();
        return new SearchSummary(texts, seconds, changes);
    }

    private static Map<Long, double[]> bySeed(
            List<ComparisonRun> runs, Function<ComparisonRun, double[]> column) {
        Map<Long, double[]> bySeed = new TreeMap<>();
        runs.forEach(run -> bySeed.put(run.seed(), column.apply(run)));
        return bySeed;
    }
}
