/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.nio.file.Path;
import org.djladapters.io.JsonLines;

/**
 * A training of a sweep that is measured on held-out training data only: a line of JSON in {@code
 * rates.jsonl}. By such trials with the first seed of a method its learning rate is chosen, and a
 * search for layouts consists of them.
 *
 * @param suite the name of the sweep
 * @param key which run it is a trial of
 * @param setup what it was given; it counts only for the same
 * @param factor what the method's usual learning rate was multiplied by
 * @param learningRate the learning rate: of the adapter, or of the head where only that is trained
 * @param metric the name of the metric that decides
 * @param value this metric of the best epoch on the held-out data; null for a failure
 * @param adapterParameters the number of trainable parameters without the head
 * @param seconds the wall time
 * @param layouts how many methods a search looks at; null where it is no search
 * @param failure why it failed; null if it did not
 */
public record RateTrial(
        String suite,
        RunKey key,
        RunSetup setup,
        double factor,
        double learningRate,
        String metric,
        Double value,
        long adapterParameters,
        double seconds,
        Integer layouts,
        String failure) {

    /**
     * Returns whether the trial failed.
     *
     * @return true if there is a reason instead of a value
     */
    public boolean isFailed() {
        return failure != null;
    }

    /**
     * Says in one line what came of the trial.
     *
     * @return the held-out value and the learning rate, or why it failed
     */
    public String summary() {
        return isFailed()
                ? "%s, learning rate x %s failed: %s".formatted(key, factor, failure)
                : "%s, learning rate x %s = %.3g: %s %.4f on held-out data"
                        .formatted(key, factor, learningRate, metric, value);
    }

    private boolean isComplete() {
        return suite != null
                && key != null
                && key.isComplete()
                && setup != null
                && setup.isComplete()
                && (isFailed() || (metric != null && value != null && Double.isFinite(value)));
    }

    /**
     * Describes a file of trials.
     *
     * @param file the file, which need not exist yet
     */
    public static JsonLines<RateTrial> lines(Path file) {
        return new JsonLines<>(file, RateTrial.class, "a trial of a sweep", RateTrial::isComplete);
    }
}
