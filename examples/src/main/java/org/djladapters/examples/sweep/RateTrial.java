/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.nio.file.Path;
import org.djladapters.io.JsonLines;

/**
 * A training of a sweep that is evaluated on held-out training data only: a line of JSON in {@code
 * rates.jsonl}. Trials with the first seed of a method choose its learning rate; a search for
 * layouts consists of trials.
 *
 * @param suite the name of the sweep
 * @param key the run that it is a trial for
 * @param setup the setup, for which alone it counts
 * @param factor the factor of the method's usual learning rate
 * @param headFactor the factor of the usual learning rate of a new head beside an adapter; null for
 *     1
 * @param learningRate the learning rate of the adapter, or of the head if only that is trained
 * @param metric the name of the decisive metric
 * @param value this metric of the best epoch on the held-out data; null for a failure
 * @param adapterParameters the number of trainable parameters without the head
 * @param seconds the wall time
 * @param layouts the number of layouts of a search; null if it is no search
 * @param failure the reason of a failure, or null
 */
public record RateTrial(
        String suite,
        RunKey key,
        RunSetup setup,
        double factor,
        Double headFactor,
        double learningRate,
        String metric,
        Double value,
        long adapterParameters,
        double seconds,
        Integer layouts,
        String failure) {

    public boolean isFailed() {
        return failure != null;
    }

    /** Returns the factors of both rates. */
    public Rates rates() {
        return Rates.of(factor, headFactor);
    }

    /** Describes the result in one line. */
    public String summary() {
        return isFailed()
                ? "%s, %s failed: %s".formatted(key, rates(), failure)
                : "%s, %s: %s %.4f on held-out data with learning rate %.3g"
                        .formatted(key, rates(), metric, value, learningRate);
    }

    private boolean isComplete() {
        return suite != null
                && key != null
                && key.isComplete()
                && setup != null
                && setup.isComplete()
                && (isFailed() || (metric != null && value != null && Double.isFinite(value)));
    }

    /** Returns the lines of a file of trials, which need not exist yet. */
    public static JsonLines<RateTrial> lines(Path file) {
        return new JsonLines<>(file, RateTrial.class, "a trial of a sweep", RateTrial::isComplete);
    }
}
