/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.task.metric.ClassScore;

/** Computes how well probabilities and chosen classes agree with labels, as scikit-learn does. */
final class MultiLabelMetrics {

    static final String F1_MICRO = "f1_micro";
    static final String F1_MACRO = "f1_macro";
    static final String MAP = "map";
    static final String SUBSET_ACCURACY = "subset_accuracy";
    static final String PRECISION_MICRO = "precision_micro";
    static final String RECALL_MICRO = "recall_micro";

    /** The names of the metrics in order. */
    static final List<String> NAMES =
            List.of(F1_MICRO, F1_MACRO, MAP, SUBSET_ACCURACY, PRECISION_MICRO, RECALL_MICRO);

    private MultiLabelMetrics() {}

    /** Counts for each class how often it is chosen, and how often rightly. */
    static List<ClassScore> scores(List<String> names, boolean[][] chosen, boolean[][] labels) {
        List<ClassScore> scores = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            long right = 0;
            long predicted = 0;
            long support = 0;
            for (int i = 0; i < labels.length; i++) {
                right += chosen[i][k] && labels[i][k] ? 1 : 0;
                predicted += chosen[i][k] ? 1 : 0;
                support += labels[i][k] ? 1 : 0;
            }
            scores.add(new ClassScore(names.get(k), right, predicted, support));
        }
        return scores;
    }

    /**
     * Computes all metrics.
     *
     * @param columns those {@linkplain #ofEach of each example}
     */
    static Map<String, Double> of(
            List<ClassScore> scores, Map<String, double[]> columns, MultiLabelOutputs outputs) {
        ClassScore together = scores.stream().reduce(ClassScore::plus).orElseThrow();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(F1_MICRO, together.f1());
        metrics.put(F1_MACRO, scores.stream().mapToDouble(ClassScore::f1).average().orElseThrow());
        metrics.put(
                MAP,
                IntStream.range(0, outputs.classes())
                        .mapToDouble(k -> precision(outputs.probabilities(k), outputs.labels(k)))
                        .average()
                        .orElseThrow());
        metrics.put(
                SUBSET_ACCURACY,
                Arrays.stream(columns.get(SUBSET_ACCURACY)).average().orElseThrow());
        metrics.put(PRECISION_MICRO, together.precision());
        metrics.put(RECALL_MICRO, together.recall());
        return Collections.unmodifiableMap(metrics);
    }

    /** Computes the columns of numbers for each example, see {@code EvaluationListener}. */
    static Map<String, double[]> ofEach(boolean[][] chosen, boolean[][] labels) {
        int size = labels.length;
        double[] right = new double[size];
        double[] predicted = new double[size];
        double[] there = new double[size];
        double[] same = new double[size];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < labels[i].length; k++) {
                right[i] += chosen[i][k] && labels[i][k] ? 1 : 0;
                predicted[i] += chosen[i][k] ? 1 : 0;
                there[i] += labels[i][k] ? 1 : 0;
            }
            same[i] = Arrays.equals(chosen[i], labels[i]) ? 1 : 0;
        }
        return Map.of(
                "right", right, "predicted", predicted, "labels", there, SUBSET_ACCURACY, same);
    }

    /**
     * Computes the average precision of a class: the mean, over the examples that have it, of the
     * precision at their probability; 0 if there are none.
     */
    private static double precision(double[] probabilities, boolean[] labels) {
        List<Integer> order =
                IntStream.range(0, labels.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                        .toList();
        double sum = 0;
        long positives = 0;
        long equal = 0;
        for (int i = 0; i < order.size(); i++) {
            equal += labels[order.get(i)] ? 1 : 0;
            boolean last =
                    i + 1 == order.size()
                            || probabilities[order.get(i + 1)] != probabilities[order.get(i)];
            if (last) {
                positives += equal;
                sum += equal * ((double) positives / (i + 1));
                equal = 0;
            }
        }
        return positives == 0 ? 0 : sum / positives;
    }
}
