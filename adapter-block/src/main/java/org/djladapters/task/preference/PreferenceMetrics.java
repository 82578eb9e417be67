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
     * @param losses the losses of the pairs
     * @param meanTokenLoss the mean cross entropy of all tokens of chosen responses
     * @throws ArithmeticException if a margin or the perplexity is not finite
     */
    static Map<String, Double> of(double[] margins, double[] losses, double meanTokenLoss) {
        if (!Arrays.stream(margins).allMatch(Double::isFinite)) {
            throw new ArithmeticException("A reward is not finite");
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(TextMetrics.LOSS, mean(losses, loss -> loss));
        metrics.put(ACCURACY, mean(margins, margin -> margin > 0 ? 1 : 0));
        metrics.put(MARGIN, mean(margins, margin -> margin));
        metrics.put(TextMetrics.PERPLEXITY, TextMetrics.perplexity(meanTokenLoss));
        return metrics;
    }

    private static double mean(double[] values, DoubleUnaryOperator value) {
        return Arrays.stream(values).map(value).average().orElseThrow();
    }

    /**
     * Computes -(1 - s) log sigmoid(margin) - s log sigmoid(-margin) of a smoothing s without an
     * exponential that overflows.
     */
    static double loss(double margin, double smoothing) {
        double plain = Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin);
        return plain + smoothing * margin;
    }
}
