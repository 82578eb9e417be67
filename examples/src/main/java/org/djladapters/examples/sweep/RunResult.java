/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.io.JsonLines;

/**
 * What a run of a sweep gave: a line of JSON in {@code runs.jsonl}.
 *
 * <p>The learning rate was chosen by trials with a method's first seed; of each run the best epoch
 * was kept. Both were decided on a held-out part of the training data; the metrics are of the
 * development data, which was looked at once, at the end.
 *
 * @param suite the name of the sweep, {@code text} for example
 * @param key which run of the sweep this is
 * @param setup what the run was given; a result counts only for the same
 * @param family the word of the method: compound, lora, …
 * @param metric the name of the metric that decides
 * @param metrics all metrics on the development data by name; empty for a failure
 * @param learningRate the chosen rate: of the adapter, or of the head where only that is trained
 * @param trials the trials by which the rate was chosen; empty for seeds after the first
 * @param bestEpoch the epoch that was kept, from 1
 * @param curve how training went, epoch by epoch
 * @param adapterParameters the number of trainable parameters without the head
 * @param trainableParameters the number of all trainable parameters
 * @param fileBytes the size of the adapter's weights on disk, head included
 * @param seconds the wall time of training with the chosen rate
 * @param searchSeconds the wall time of all trials, that of the chosen one included
 * @param threads the number of the engine's threads
 * @param versions versions of this library, DJL, its engine and Java
 * @param date when the run ended, ISO 8601 in UTC
 * @param failure why the run failed; null if it did not
 */
public record RunResult(
        String suite,
        RunKey key,
        RunSetup setup,
        String family,
        String metric,
        Map<String, Double> metrics,
        double learningRate,
        List<Trial> trials,
        int bestEpoch,
        List<EpochPoint> curve,
        long adapterParameters,
        long trainableParameters,
        long fileBytes,
        double seconds,
        double searchSeconds,
        int threads,
        Map<String, String> versions,
        String date,
        String failure) {

    /** Copies lists and maps; what is missing in a line is empty. */
    public RunResult {
        metrics = copy(metrics);
        versions = copy(versions);
        trials = trials == null ? List.of() : List.copyOf(trials);
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
     * Says in one line what came of the run.
     *
     * @return the metric that decides, learning rate and parameters, or why the run failed
     */
    public String summary() {
        return isFailed()
                ? "%s failed: %s".formatted(key, failure)
                : "%s: %s %.4f with learning rate %s, %,d adapter parameters"
                        .formatted(key, metric, value(), learningRate, adapterParameters);
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
     * A trial of a learning rate.
     *
     * @param learningRate the rate
     * @param value the metric that decides, of the best epoch on the held-out data; null for a
     *     failure
     * @param seconds the wall time
     * @param failure why it failed; null if it did not
     */
    public record Trial(double learningRate, Double value, double seconds, String failure) {}

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
        boolean named = key != null && key.task() != null && key.method() != null;
        return named
                && key.budget() != null
                && suite != null
                && family != null
                && setup != null
                && setup.base() != null
                && (isFailed() || (metric != null && Double.isFinite(value())));
    }

    /**
     * Describes a file of results.
     *
     * @param file the file, which need not exist yet
     * @return its lines
     */
    public static JsonLines<RunResult> lines(Path file) {
        return new JsonLines<>(file, RunResult.class, "a result of a sweep", RunResult::isComplete);
    }
}
