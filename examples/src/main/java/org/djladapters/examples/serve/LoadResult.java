/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What some clients got of a server.
 *
 * @param clients how many asked at once
 * @param seconds how long they did
 * @param nanoseconds the time of every request that was answered with predictions, ascending
 * @param failures how many others there were, by status; those without an answer as {@code
 *     connection}
 */
public record LoadResult(
        int clients, double seconds, List<Long> nanoseconds, Map<String, Long> failures) {

    /** Sorts times and keeps copies. */
    public LoadResult {
        nanoseconds = nanoseconds.stream().sorted().toList();
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    /** Returns how many requests were answered with predictions. */
    public int requests() {
        return nanoseconds.size();
    }

    /** Returns how many requests were answered with predictions in a second. */
    public double perSecond() {
        return requests() / seconds;
    }

    /**
     * Returns the time within which a share of the requests was answered.
     *
     * @param share from 0 to 1, which is the longest time
     * @return milliseconds, NaN if there were no requests
     */
    public double milliseconds(double share) {
        if (nanoseconds.isEmpty()) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * nanoseconds.size());
        return nanoseconds.get(Math.max(rank, 1) - 1) / 1e6;
    }
}
