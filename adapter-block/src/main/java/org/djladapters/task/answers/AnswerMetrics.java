/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.data.AnswerData;

/**
 * Exact match and F1 of answers as the evaluation scripts of SQuAD count them, as shares of 1.
 *
 * <p>Texts are compared in lower case, without ASCII punctuation, without the words a, an and the,
 * and with single spaces. {@code exact_match} is the share of questions whose answer is then one of
 * the reference answers; {@code f1} the mean of \(2 c / (p + r)\) for c words that an answer of p
 * words and a reference of r words have in common, the best over the references. A question without
 * an answer counts 1 where the prediction is empty and 0 where it is not.
 *
 * <p>The scripts of 1.1 and 2.0 differ in answers of which nothing remains, such as "The": in 2.0
 * they are no reference, and an empty prediction has F1 1 against an empty reference; in 1.1 it has
 * F1 0. The rules of 2.0 hold for data that have questions without an answer.
 */
final class AnswerMetrics {

    private static final String PUNCTUATION = "[!-/:-@\\[-`{-~]";

    /** Words are bounded as in Python, where letters and digits of every script are word parts. */
    private static final Pattern ARTICLE =
            Pattern.compile("(?<![\\p{L}\\p{N}_])(a|an|the)(?![\\p{L}\\p{N}_])");

    private static final Pattern SPACE = Pattern.compile("[\\t-\\r\\x1c-\\x1f\\x85\\p{Z}]+");

    private AnswerMetrics() {}

    /** Computes both metrics. */
    static Map<String, Double> of(AnswerData data, List<String> predictions) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        ofEach(data, predictions).forEach((name, values) -> metrics.put(name, mean(values)));
        return Collections.unmodifiableMap(metrics);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /** Computes both metrics of every question. */
    static Map<String, double[]> ofEach(AnswerData data, List<String> predictions) {
        boolean second = data.hasUnanswerable();
        Map<String, double[]> values = new LinkedHashMap<>();
        values.put("f1", best(data, predictions, second, (p, r) -> f1(p, r, second)));
        values.put("exact_match", best(data, predictions, second, (p, r) -> p.equals(r) ? 1 : 0));
        return values;
    }

    /** Returns the best score of every prediction over its references. */
    private static double[] best(
            AnswerData data,
            List<String> predictions,
            boolean second,
            ToDoubleBiFunction<String, String> score) {
        double[] best = new double[data.size()];
        for (int i = 0; i < best.length; i++) {
            String prediction = normalize(predictions.get(i));
            best[i] =
                    references(data.rows().get(i), second).stream()
                            .mapToDouble(reference -> score.applyAsDouble(prediction, reference))
                            .max()
                            .orElseThrow();
        }
        return best;
    }

    private static List<String> references(AnswerData.Row row, boolean second) {
        List<String> references =
                row.answers().stream()
                        .map(answer -> normalize(answer.text()))
                        .filter(reference -> !(second && reference.isEmpty()))
                        .toList();
        return references.isEmpty() ? List.of("") : references;
    }

    private static double f1(String prediction, String reference, boolean second) {
        List<String> predicted = words(prediction);
        List<String> expected = words(reference);
        if (second && (predicted.isEmpty() || expected.isEmpty())) {
            return predicted.equals(expected) ? 1 : 0;
        }
        long common = common(predicted, expected);
        if (common == 0) {
            return 0;
        }
        double precision = (double) common / predicted.size();
        double recall = (double) common / expected.size();
        return 2 * precision * recall / (precision + recall);
    }

    /** Counts the words that two texts have in common, each as often as in both. */
    private static long common(List<String> predicted, List<String> expected) {
        Map<String, Long> counts =
                expected.stream()
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return predicted.stream().filter(word -> counts.merge(word, -1L, Long::sum) >= 0).count();
    }

    private static List<String> words(String normalized) {
        return normalized.isEmpty() ? List.of() : Arrays.asList(normalized.split(" "));
    }

    /** Returns the part of a text that is compared: words with single spaces between them. */
    static String normalize(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll(PUNCTUATION, "");
        String words = ARTICLE.matcher(plain).replaceAll(" ");
        return SPACE.matcher(words).replaceAll(" ").strip();
    }
}
