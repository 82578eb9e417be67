/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.preference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.djladapters.task.language.TextMetrics;

/** Computes the metrics of preferences, by the names that TRL gives them. */
final class PreferenceMetrics {

    static final String ACCURACY = "rewards/accuracies";
    static final String MARGIN = "rewards/margins";

    private PreferenceMetrics() {}

    /**
     * Computes the metrics.
     *
     * @param margins the rewards of the chosen responses less those of the rejected ones
     * @param meanTokenLoss the mean cross entropy of all tokens of chosen responses
     * @throws ArithmeticException if a margin or the perplexity is not finite
     */
    static Map<String, Double> of(double[] margins, double meanTokenLoss) {
        if (!Arrays.stream(margins).allMatch(Double::isFinite)) {
            throw new ArithmeticException("A reward is not finite");
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(TextMetrics.LOSS, mean(margins, PreferenceMetrics::loss));
        metrics.put(ACCURACY, mean(margins, margin -> margin > 0 ? 1 : 0));
        metrics.put(MARGIN, mean(margins, margin -> margin));
        metrics.put(TextMetrics.PERPLEXITY, TextMetrics.perplexity(meanTokenLoss));
        return metrics;
    }

    private static double mean(double[] margins, DoubleUnaryOperator value) {
        return Arrays.stream(margins).map(value).average().orElseThrow();
    }

    /** Computes -log sigmoid(margin) without an exponential that overflows. */
    static double loss(double margin) {
        return Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin);
    }
}
