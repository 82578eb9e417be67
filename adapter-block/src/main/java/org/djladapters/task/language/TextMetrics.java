/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Computes the metrics of a language model. */
public final class TextMetrics {

    public static final String PERPLEXITY = "perplexity";
    public static final String LOSS = "loss";
    static final String EXACT_MATCH = "exact_match";

    private TextMetrics() {}

    /**
     * Computes the metrics of a language model.
     *
     * @param meanTokenLoss the mean cross entropy of all response tokens
     * @throws ArithmeticException if the perplexity is not finite
     */
    static Map<String, Double> ofResponses(
            double meanTokenLoss, List<String> answers, List<String> responses) {
        double perplexity = perplexity(meanTokenLoss);
        long matches =
                IntStream.range(0, responses.size())
                        .filter(i -> isExactMatch(answers.get(i), responses.get(i)))
                        .count();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(PERPLEXITY, perplexity);
        metrics.put(EXACT_MATCH, (double) matches / responses.size());
        return Collections.unmodifiableMap(metrics);
    }

    /**
     * Computes the metrics of a language model on plain texts.
     *
     * @throws ArithmeticException if the perplexity is not finite
     */
    static Map<String, Double> ofTexts(double meanTokenLoss) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(PERPLEXITY, perplexity(meanTokenLoss));
        metrics.put(LOSS, meanTokenLoss);
        return Collections.unmodifiableMap(metrics);
    }

    /**
     * Computes the perplexity.
     *
     * @throws ArithmeticException if it is not finite
     */
    public static double perplexity(double meanTokenLoss) {
        double perplexity = Math.exp(meanTokenLoss);
        if (!Double.isFinite(perplexity)) {
            throw new ArithmeticException("The perplexity is not finite");
        }
        return perplexity;
    }

    /** Tells whether an answer is the response, apart from white space at the ends. */
    static boolean isExactMatch(String answer, String response) {
        return answer.strip().equals(response.strip());
    }
}
