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
 * The result of a load test.
 *
 * @param clients the number of clients
 * @param seconds the time that the test took
 * @param nanoseconds the times of the requests that were answered with predictions, ascending
 * @param failures the numbers of other requests by status; {@code connection}: without an answer
 */
public record LoadResult(
        int clients, double seconds, List<Long> nanoseconds, Map<String, Long> failures) {

    public LoadResult {
        nanoseconds = nanoseconds.stream().sorted().toList();
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    /** Returns the number of requests that were answered with predictions. */
    public int requests() {
        return nanoseconds.size();
    }

    /** Returns the number of such requests in a second. */
    public double perSecond() {
        return requests() / seconds;
    }

    /** Returns the milliseconds within which a share (0 to 1) of them was answered, or NaN. */
    public double milliseconds(double share) {
        if (nanoseconds.isEmpty()) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * nanoseconds.size());
        return nanoseconds.get(Math.max(rank, 1) - 1) / 1e6;
    }
}
