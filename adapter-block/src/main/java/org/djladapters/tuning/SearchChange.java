/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.Map;
import java.util.Set;
import org.djladapters.data.RetrievalData;
import org.djladapters.io.Internal;

/**
 * What a search found before and after training, query by query. The mean of a metric over the
 * queries is the metric of the search; as the queries are the same before and after, their
 * differences say how certain a gain is.
 */
public final class SearchChange {

    private final RetrievalData search;
    private final Map<String, double[]> before;
    private final Map<String, double[]> after;

    /**
     * Compares what evaluations found.
     *
     * @param before columns of a number for every query, by name
     * @param after the same columns
     */
    @Internal
    public SearchChange(
            RetrievalData search, Map<String, double[]> before, Map<String, double[]> after) {
        this.search = search;
        this.before = before;
        this.after = after;
    }

    /** Returns the queries and passages. */
    public RetrievalData search() {
        return search;
    }

    /**
     * Returns the names of what is known of every query: {@code rank}, that of the first relevant
     * passage from 1; the metrics of the search; {@code recall@k} for more k; and {@code place@1}
     * to {@code place@3}, where the passages that were found first stand among all, from 0, or -1.
     */
    public Set<String> names() {
        return before.keySet();
    }

    /**
     * Returns what the model gave before the first step.
     *
     * @param name one of {@link #names}
     * @return a number for every query, in the order of the data
     */
    public double[] before(String name) {
        return column(before, name);
    }

    /** Returns the same of the model with the adapter that was kept. */
    public double[] after(String name) {
        return column(after, name);
    }

    private static double[] column(Map<String, double[]> columns, String name) {
        double[] column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException(
                    "A search has no '%s' of its queries; choose one of %s"
                            .formatted(name, String.join(", ", columns.keySet())));
        }
        return column.clone();
    }
}
