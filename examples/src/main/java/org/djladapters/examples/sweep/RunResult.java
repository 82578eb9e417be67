/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.annotations.SerializedName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.JsonLines;

/**
 * What a run of a sweep gave: a line of JSON in {@code runs.jsonl}. The last line of a run counts.
 *
 * <p>The learning rate was chosen by {@linkplain RateTrial trials} with the method's first seed on
 * all tasks; of each run the best epoch was kept. Both were decided on a held-out part of the
 * training data; the metrics are of the development data, which was looked at once, at the end.
 *
 * @param suite the name of the sweep, {@code text} for example
 * @param key which run of the sweep this is
 * @param setup what the run was given; a result counts only for the same
 * @param family the word of the method: compound, lora, …
 * @param metric the name of the metric that decides
 * @param metrics all metrics on the development data by name; empty for a failure
 * @param testMetrics all metrics on the test data by name; empty unless these were asked for
 * @param learningRate the learning rate: of the adapter, or of the head where only that is trained
 * @param rateFactor what the method's usual learning rate was multiplied by
 * @param rateAtEdge whether this is the smallest or the largest factor of several that were tried,
 *     so that a better one may lie beyond
 * @param bestEpoch the epoch that was kept, from 1; 0 for a model that was not trained, or did not
 *     become better
 * @param curve how training went, epoch by epoch
 * @param adapterParameters the number of trainable parameters without the head
 * @param trainableParameters the number of all trainable parameters
 * @param coverage the share of the outputs of the adapted layers that the method can change; null
 *     for a failure and a model that was not trained
 * @param fileBytes the size of the adapter's weights on disk, head included
 * @param seconds the wall time of the training
 * @param peakMiB the largest resident size of the process during the training, in MiB; with memory
 *     that the process keeps from earlier runs, so it bounds from above what the training needs;
 *     null where the system does not tell
 * @param threads the number of the engine's threads
 * @param versions versions of this library, DJL, its engine and Java
 * @param date when the run ended, ISO 8601 in UTC
 * @param outputs the file of what the run gave for every example, relative to the folder of the
 *     results; null for a failure
 * @param failure why the run failed; null if it did not
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
        double rateFactor,
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
        Map<String, String> versions,
        String date,
        String outputs,
        String failure) {

    /** Copies lists and maps; what is missing in a line is empty. */
    public RunResult {
        metrics = copy(metrics);
        testMetrics = copy(testMetrics);
        versions = copy(versions);
        curve = curve == null ? List.of() : List.copyOf(curve);
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * Returns whether the run failed.
     *
     * @return true if there is a reason instead of metrics
     */
    public boolean isFailed() {
        return failure != null;
    }

    /**
     * Returns whether the run was measured on test data, which is done once.
     *
     * @return true if there are metrics of them
     */
    public boolean isTested() {
        return !testMetrics.isEmpty();
    }

    /** Whether nothing was trained, as the method and the task leave nothing to train. */
    boolean isFrozen() {
        return !isFailed() && trainableParameters == 0;
    }

    /** Adds what test data gave. */
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
                rateFactor,
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
                versions,
                now,
                outputs,
                failure);
    }

    /**
     * Says in one line what came of the run.
     *
     * @return the metric that decides, learning rate and parameters, or why the run failed
     */
    public String summary() {
        if (isFailed()) {
            return "%s failed: %s".formatted(key, failure);
        }
        String test = isTested() ? ", on test data %.4f".formatted(testMetrics.get(metric)) : "";
        return "%s: %s %.4f%s with learning rate %s, %,d adapter parameters"
                .formatted(key, metric, value(), test, learningRate, adapterParameters);
    }

    /**
     * Returns the metric that decides.
     *
     * @return its value on the development data; NaN for a failure
     */
    public double value() {
        return metrics.getOrDefault(metric, Double.NaN);
    }

    /**
     * An epoch of training.
     *
     * @param epoch its number, from 1
     * @param loss the mean loss on the training data
     * @param metrics all metrics on the held-out data by name
     */
    public record EpochPoint(int epoch, double loss, Map<String, Double> metrics) {

        /** Copies the metrics. */
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
                && (isFailed() || (metric != null && Double.isFinite(value())));
    }

    /**
     * Describes a file of results.
     *
     * @param file the file, which need not exist yet
     */
    public static JsonLines<RunResult> lines(Path file) {
        return new JsonLines<>(file, RunResult.class, "a result of a sweep", RunResult::isComplete);
    }
}
