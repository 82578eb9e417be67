/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;

/**
 * What a search has found about a layout.
 *
 * @param method the name of the method
 * @param adapterParameters the largest number of trainable parameters on a task, without the head
 * @param factor what the method's usual learning rate was multiplied by
 * @param value the mean of the metrics that decide over tasks and seeds, on held-out training data
 * @param merit what layouts are ordered by, larger for better ones
 */
public record SearchedLayout(
        String method, long adapterParameters, double factor, double value, double merit)
        implements Comparable<SearchedLayout> {

    /** Takes the trials of a method with its chosen learning rate. */
    static SearchedLayout of(String method, List<RateTrial> trials) {
        return new SearchedLayout(
                method,
                trials.stream().mapToLong(RateTrial::adapterParameters).max().orElseThrow(),
                trials.get(0).factor(),
                trials.stream().mapToDouble(RateTrial::value).average().orElseThrow(),
                trials.stream().mapToDouble(RateChoice::merit).average().orElseThrow());
    }

    /** Orders the better layout first. */
    @Override
    public int compareTo(SearchedLayout other) {
        return Double.compare(other.merit, merit);
    }

    @Override
    public String toString() {
        return "%s: %.4f with %,d adapter parameters, learning rate x %s"
                .formatted(method, value, adapterParameters, factor);
    }
}
