/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.OptionalDouble;

/** How much another draw of as many development examples would move a metric. */
final class SamplingError {

    private SamplingError() {}

    /**
     * Estimates the standard error of a metric: √(p(1−p)/n) of a share p of examples, (1−r²)/√(n−1)
     * of a correlation r. The latter is Pearson's for normal values; for ranks and for Matthews's
     * correlation it is an approximation.
     *
     * @param metric the name of the metric
     * @param value its value, as it is, not times 100
     * @param examples the number of examples n
     * @return the error; none for other metrics, or for fewer than two examples
     */
    static OptionalDouble of(String metric, double value, int examples) {
        if (examples < 2) {
            return OptionalDouble.empty();
        }
        return switch (metric) {
            case "accuracy", "exact_match" ->
                    OptionalDouble.of(Math.sqrt(value * (1 - value) / examples));
            case "pearson", "spearman", "matthews" ->
                    OptionalDouble.of((1 - value * value) / Math.sqrt(examples - 1));
            default -> OptionalDouble.empty();
        };
    }
}
