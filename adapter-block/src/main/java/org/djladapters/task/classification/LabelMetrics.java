/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.io.PlainNumber;

/** Computes how well predicted classes or numbers agree with labels. */
public final class LabelMetrics {

    static final List<String> OF_CLASSES =
            List.of("accuracy", "f1", "matthews", "balanced_accuracy");

    static final List<String> OF_NUMBERS = List.of("pearson", "spearman");

    private LabelMetrics() {}

    /** Computes all metrics, see {@code Metrics.of}. */
    public static Map<String, Double> of(LabelSpace space, double[] predictions, double[] labels) {
        check(space, predictions, labels);
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (space.kind() == TaskKind.REGRESSION) {
            metrics.put("pearson", pearson(predictions, labels));
            metrics.put("spearman", spearman(predictions, labels));
        } else {
            ConfusionMatrix confusion = new ConfusionMatrix(space.outputs(), predictions, labels);
            metrics.put("accuracy", confusion.accuracy());
            metrics.put("f1", f1(space, confusion));
            metrics.put("matthews", confusion.matthews());
            metrics.put("balanced_accuracy", confusion.meanRecall());
        }
        return Collections.unmodifiableMap(metrics);
    }

    private static void check(LabelSpace space, double[] predictions, double[] labels) {
        if (labels.length == 0 || predictions.length != labels.length) {
            throw new IllegalArgumentException(
                    "Metrics need one prediction per example, got %d for %d"
                            .formatted(predictions.length, labels.length));
        }
        for (int i = 0; i < labels.length; i++) {
            checkValue(space, "prediction", i, predictions[i]);
            checkValue(space, "label", i, labels[i]);
        }
    }

    private static void checkValue(LabelSpace space, String what, int row, double value) {
        if (space.kind() == TaskKind.REGRESSION && !Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "The %s of example %d is %s, not a finite number"
                            .formatted(what, row, PlainNumber.of(value)));
        }
        if (space.kind() == TaskKind.CLASSIFICATION
                && !(value >= 0 && value < space.outputs() && value == Math.rint(value))) {
            throw new IllegalArgumentException(
                    "The %s of example %d is %s, not one of %d classes"
                            .formatted(what, row, value, space.outputs()));
        }
    }

    private static double f1(LabelSpace space, ConfusionMatrix confusion) {
        if (space.outputs() > 2) {
            return confusion.macroF1();
        }
        int one = space.labels().indexOf("1");
        return confusion.f1(one < 0 ? 1 : one);
    }

    private static double pearson(double[] predictions, double[] labels) {
        if (isConstant(predictions) || isConstant(labels)) {
            return 0;
        }
        double correlation = new PearsonsCorrelation().correlation(predictions, labels);
        // Differences too small to be squared make a variance of 0.
        return Double.isNaN(correlation) ? 0 : correlation;
    }

    private static double spearman(double[] predictions, double[] labels) {
        NaturalRanking ranking = new NaturalRanking(TiesStrategy.AVERAGE);
        return pearson(ranking.rank(predictions), ranking.rank(labels));
    }

    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }
}
