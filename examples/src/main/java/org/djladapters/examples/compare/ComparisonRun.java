/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run of a comparison that has ended, as a line of {@code runs.jsonl}.
 *
 * @param identity a hash of everything that determines the run
 * @param metrics the metrics of the best epoch; empty for a failed run
 * @param bestEpoch that epoch, counted from 1; 0 if none was better than the start
 * @param adapterParameters the number of trainable parameters without the head
 * @param fileBytes the size of the adapter's weights on disk
 * @param seconds the wall time of the run
 * @param peakMemory the largest resident size of the process in bytes, null if unknown
 * @param failure the reason of a failure, null for a successful run
 * @param before what the model as it is found for every question, by metric; null if methods are
 *     not compared by what they change in a search
 * @param after the same of the adapter
 */
record ComparisonRun(
        String method,
        long seed,
        String identity,
        Map<String, Double> metrics,
        int bestEpoch,
        long trainableParameters,
        long adapterParameters,
        long fileBytes,
        double seconds,
        Long peakMemory,
        String failure,
        Map<String, double[]> before,
        Map<String, double[]> after) {

    ComparisonRun {
        metrics =
                metrics == null
                        ? Map.of()
                        : Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    static ComparisonRun failed(
            String method, long seed, String identity, double seconds, String failure) {
        return new ComparisonRun(
                method, seed, identity, Map.of(), 0, 0, 0, 0, seconds, null, failure, null, null);
    }

    /** Tells whether every question was asked before and after. */
    boolean isWhole() {
        if (before == null || after == null) {
            return before == after;
        }
        return before.keySet().equals(after.keySet())
                && before.keySet().stream().allMatch(name -> isOfSame(name));
    }

    private boolean isOfSame(String metric) {
        double[] first = before.get(metric);
        double[] last = after.get(metric);
        return first != null && last != null && first.length > 0 && first.length == last.length;
    }

    /** Returns the same run by the name it has now: without other budgets, it had a shorter one. */
    ComparisonRun named(String name) {
        return new ComparisonRun(
                name,
                seed,
                identity,
                metrics,
                bestEpoch,
                trainableParameters,
                adapterParameters,
                fileBytes,
                seconds,
                peakMemory,
                failure,
                before,
                after);
    }

    boolean isFailed() {
        return failure != null;
    }
}
