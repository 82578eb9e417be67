/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.annotations.SerializedName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.JsonLines;

/**
 * The result of a run of a sweep: a line of JSON in {@code runs.jsonl}, where the last line of a
 * run counts.
 *
 * <p>{@linkplain RateTrial Trials} with the method's first seed on all tasks chose the learning
 * rate; each run kept its best epoch. Both were decided on a held-out part of the training data.
 * The metrics are those of the development data, which was used once, at the end.
 *
 * @param suite the name of the sweep, {@code text} for example
 * @param setup the setup, for which alone the result counts
 * @param family the name of the method: compound, lora, …
 * @param metric the name of the decisive metric
 * @param metrics all metrics on the development data by name; empty for a failure, and if there are
 *     only test data
 * @param testMetrics all metrics on the test data by name; empty if these were not used
 * @param learningRate the learning rate of the adapter, or of the head if only that is trained
 * @param headLearningRate the learning rate of a new head beside an adapter, if the two were tuned
 *     together; else null
 * @param rateFactor the factor of the method's usual learning rate
 * @param headFactor the factor of the head's usual learning rate; null for 1
 * @param rateAtEdge whether this is the smallest or the largest of several factors, so that a
 *     better one may lie beyond
 * @param bestEpoch the epoch that was kept, from 1; 0 for a model that was not trained or did not
 *     improve
 * @param adapterParameters the number of trainable parameters without the head
 * @param coverage the share of the outputs of the adapted layers that the method can change; null
 *     for a failure and a model that was not trained
 * @param fileBytes the size of the adapter's weights on disk, head included
 * @param seconds the wall time of the training
 * @param peakMiB the largest resident size of the process during the training in MiB, with memory
 *     of earlier runs, so that the training needs at most as much; null if it is unknown
 * @param threads the number of the engine's threads
 * @param processor the processor, without which the wall time means little; null if it was not
 *     recorded
 * @param versions versions of this library, DJL, its engine and Java
 * @param date the end of the run, ISO 8601 in UTC
 * @param outputs the file of the outputs for every example, relative to the folder of the results;
 *     null for a failure
 * @param failure the reason of a failure, or null
 */
public record RunResult(
        String suite,
        RunKey key,
        RunSetup setup,
        String family,
        String metric,
        Map<String, Double> metrics,
        Map<String, Double> testMetrics,
        double learningRate,
        Double headLearningRate,
        double rateFactor,
        Double headFactor,
        boolean rateAtEdge,
        int bestEpoch,
        List<EpochPoint> curve,
        long adapterParameters,
        long trainableParameters,
        Double coverage,
        long fileBytes,
        double seconds,
        @SerializedName("peak_mib") Long peakMiB,
        int threads,
        String processor,
        Map<String, String> versions,
        String date,
        String outputs,
        String failure) {

    /** Copies lists and maps; those that are missing in a line become empty. */
    public RunResult {
        metrics = copy(metrics);
        testMetrics = copy(testMetrics);
        versions = copy(versions);
        curve = curve == null ? List.of() : List.copyOf(curve);
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    public boolean isFailed() {
        return failure != null;
    }

    /** Returns the factors of both rates. */
    public Rates rates() {
        return Rates.of(rateFactor, headFactor);
    }

    /** Tells whether the run was evaluated on test data, which is done once. */
    public boolean isTested() {
        return !testMetrics.isEmpty();
    }

    /** Tells whether the method and the task leave nothing to train. */
    boolean isFrozen() {
        return !isFailed() && trainableParameters == 0;
    }

    /** Returns this result with metrics on test data. */
    RunResult withTest(Provenance.Source test, Map<String, Double> values, String now) {
        return new RunResult(
                suite,
                key,
                setup.withTest(test),
                family,
                metric,
                metrics,
                values,
                learningRate,
                headLearningRate,
                rateFactor,
                headFactor,
                rateAtEdge,
                bestEpoch,
                curve,
                adapterParameters,
                trainableParameters,
                coverage,
                fileBytes,
                seconds,
                peakMiB,
                threads,
                processor,
                versions,
                now,
                outputs,
                failure);
    }

    /** Describes the result in one line. */
    public String summary() {
        if (isFailed()) {
            return "%s failed: %s".formatted(key, failure);
        }
        List<String> values = new ArrayList<>();
        if (!metrics.isEmpty()) {
            values.add("%.4f".formatted(metrics.get(metric)));
        }
        if (isTested()) {
            values.add("on test data %.4f".formatted(testMetrics.get(metric)));
        }
        return "%s: %s %s with learning rate %s, %,d adapter parameters"
                .formatted(key, metric, String.join(", ", values), learningRate, adapterParameters);
    }

    /** An epoch, from 1, with its mean loss on training data and the metrics on held-out data. */
    public record EpochPoint(int epoch, double loss, Map<String, Double> metrics) {

        public EpochPoint {
            metrics = copy(metrics);
        }
    }

    private boolean isComplete() {
        return suite != null
                && key != null
                && key.isComplete()
                && family != null
                && setup != null
                && setup.isComplete()
                && (isFailed() || hasValues());
    }

    /** Tells whether the decisive metric of all data that were used is a number. */
    private boolean hasValues() {
        return metric != null
                && !(metrics.isEmpty() && testMetrics.isEmpty())
                && Stream.of(metrics, testMetrics)
                        .filter(values -> !values.isEmpty())
                        .allMatch(v -> Double.isFinite(v.getOrDefault(metric, Double.NaN)));
    }

    /** Returns the lines of a file of results, which need not exist yet. */
    public static JsonLines<RunResult> lines(Path file) {
        return new JsonLines<>(file, RunResult.class, "a result of a sweep", RunResult::isComplete);
    }
}
