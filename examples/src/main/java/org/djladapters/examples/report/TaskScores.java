/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.Measurement;
import org.djladapters.examples.statistics.Resamples;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.io.MalformedFileException;

/**
 * The scores of a suite's methods on a task. More is always better: a metric of which less is
 * better is negated.
 *
 * @param metric the decisive metric
 * @param split the data that it was computed on: {@code test}, or {@code dev} if not all runs were
 *     tested
 * @param examples the number of examples
 * @param byMethod the measurements by the name of the method and by seed
 */
record TaskScores(
        String task,
        String metric,
        String split,
        int examples,
        Map<String, SortedMap<Long, Measurement>> byMethod) {

    private static final Set<String> LESS_IS_BETTER = Set.of("perplexity", "loss");

    /** The tolerance of a metric that is computed again from outputs in float32. */
    private static final double TOLERANCE = 1e-4;

    /** Reads the outputs of all successful runs of a task, at least one, and checks them. */
    static TaskScores read(String task, List<Run> runs) throws IOException {
        String metric = metric(task, runs);
        requireSameGround(runs);
        boolean tested = runs.stream().allMatch(run -> run.result().isTested());
        String split = tested ? "test" : "dev";
        Map<String, SortedMap<Long, Measurement>> byMethod = new LinkedHashMap<>();
        Resamples resamples = null;
        ExampleOutputs first = null;
        for (Run run : runs) {
            ExampleOutputs outputs = outputs(run, split, metric);
            if (first == null) {
                first = outputs;
                resamples = new Resamples(task, outputs.size());
            }
            requirePaired(run, runs.get(0), outputs, first);
            byMethod.computeIfAbsent(run.method(), method -> new TreeMap<>())
                    .put(run.seed(), Measurement.of(outputs, metric, factor(metric), resamples));
        }
        return new TaskScores(task, metric, split, first.size(), byMethod);
    }

    private static String metric(String task, List<Run> runs) {
        List<String> metrics = runs.stream().map(run -> run.result().metric()).distinct().toList();
        if (metrics.size() > 1) {
            throw new IllegalArgumentException(
                    "The runs of the task '%s' are decided by different metrics: %s; leave out those of other sweep files"
                            .formatted(task, String.join(", ", metrics)));
        }
        return metrics.get(0);
    }

    /** Refuses runs with different base models or data, which can't be compared. */
    private static void requireSameGround(List<Run> runs) {
        RunResult first = runs.get(0).result();
        for (Run run : runs) {
            RunResult other = run.result();
            String different =
                    !first.setup().base().equals(other.setup().base())
                            ? "with different base models"
                            : !data(first).equals(data(other)) ? "with different data" : "";
            if (!different.isEmpty()) {
                throw new IllegalArgumentException(
                        "The runs '%s' and '%s' were made %s and can't be compared; make a report of each"
                                .formatted(first.key(), other.key(), different));
            }
        }
    }

    /** Returns the data without test data, which not every run has. */
    private static Map<String, Provenance.Source> data(RunResult result) {
        Map<String, Provenance.Source> data = new TreeMap<>(result.setup().data());
        data.remove("test");
        return data;
    }

    private static ExampleOutputs outputs(Run run, String split, String metric) throws IOException {
        RunResult result = run.result();
        if (result.outputs() == null) {
            throw new IllegalArgumentException(
                    "The line of the run '%s' has no outputs; run the sweep again"
                            .formatted(result.key()));
        }
        Path place = Path.of(result.outputs()).normalize();
        if (place.isAbsolute() || place.startsWith("..")) {
            throw new IllegalArgumentException(
                    "The outputs of the run '%s' are not in the folder of its line: %s"
                            .formatted(result.key(), result.outputs()));
        }
        Path file = run.folder().resolve(place);
        ExampleOutputs outputs = ExampleOutputs.read(file).get(split);
        if (outputs == null) {
            throw new MalformedFileException(
                    file, "it has no outputs of the %s data; run the sweep again".formatted(split));
        }
        Map<String, Double> metrics =
                split.equals("test") ? result.testMetrics() : result.metrics();
        double recorded = metrics.getOrDefault(metric, Double.NaN);
        double computed = outputs.value(metric);
        if (!(Math.abs(recorded - computed) <= TOLERANCE * Math.max(1, Math.abs(recorded)))) {
            throw new MalformedFileException(
                    file,
                    "these outputs give a %s of %.4f, but the line of the run '%s' says %.4f; run the sweep again"
                            .formatted(metric, computed, result.key(), recorded));
        }
        return outputs;
    }

    private static void requirePaired(
            Run run, Run other, ExampleOutputs outputs, ExampleOutputs others) {
        if (!outputs.isPairedWith(others)) {
            throw new IllegalArgumentException(
                    "The runs '%s' and '%s' were measured on different examples and can't be compared; make a report of each"
                            .formatted(other.result().key(), run.result().key()));
        }
    }

    private static double factor(String metric) {
        return LESS_IS_BETTER.contains(metric) ? -1 : 100;
    }

    /** Tells whether the metric is a share, which can be averaged over tasks. */
    boolean isOfShares() {
        return factor(metric) > 0;
    }

    /** Returns a score, or a difference of scores, as it is shown: with the sign of the metric. */
    Estimate shown(Estimate estimate) {
        return isOfShares() ? estimate : estimate.negated();
    }

    /** Writes task and metric for the header of a table. */
    String title() {
        return task + ", " + metric.replace('_', ' ');
    }
}
