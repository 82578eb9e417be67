/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.task.metric.ClassScore;

/** Counts of examples by label and prediction, and the measures of a classification from them. */
public final class ConfusionMatrix {

    private final long[] right;
    private final long[] predicted;
    private final long[] labelled;
    private final long total;

    /** Counts classes given as whole numbers from 0 to below the number of classes. */
    public ConfusionMatrix(int classes, double[] predictions, double[] labels) {
        right = new long[classes];
        predicted = new long[classes];
        labelled = new long[classes];
        total = labels.length;
        for (int i = 0; i < labels.length; i++) {
            int label = (int) labels[i];
            int prediction = (int) predictions[i];
            predicted[prediction]++;
            labelled[label]++;
            if (label == prediction) {
                right[label]++;
            }
        }
    }

    /** Counts how often each class is there and predicted. */
    static List<ClassScore> scores(List<String> classes, double[] predictions, double[] labels) {
        ConfusionMatrix counts = new ConfusionMatrix(classes.size(), predictions, labels);
        return IntStream.range(0, classes.size())
                .mapToObj(k -> counts.score(k, classes.get(k)))
                .toList();
    }

    private ClassScore score(int k, String name) {
        return new ClassScore(name, right[k], predicted[k], labelled[k]);
    }

    public double accuracy() {
        return (double) LongStream.of(right).sum() / total;
    }

    /** Returns 2 tp / (2 tp + fp + fn) of one class; 0 if it doesn't occur at all. */
    public double f1(int k) {
        return score(k, "").f1();
    }

    /** Returns the mean F1 of the classes that occur among labels or predictions. */
    public double macroF1() {
        return IntStream.range(0, right.length)
                .filter(this::occurs)
                .mapToDouble(this::f1)
                .average()
                .orElse(0);
    }

    /** Returns the mean share of right predictions over the classes that occur among labels. */
    public double meanRecall() {
        return IntStream.range(0, right.length)
                .filter(k -> labelled[k] > 0)
                .mapToDouble(k -> score(k, "").recall())
                .average()
                .orElse(0);
    }

    /**
     * Returns Gorodkin's R_K, with two classes Matthews' coefficient: the covariance of the
     * indicators of label and prediction over the root of the product of their variances; 0 if one
     * of them is constant.
     */
    public double matthews() {
        double n = total;
        double covariance = accuracy();
        double labelVariance = 1;
        double predictionVariance = 1;
        for (int k = 0; k < right.length; k++) {
            covariance -= labelled[k] / n * (predicted[k] / n);
            labelVariance -= labelled[k] / n * (labelled[k] / n);
            predictionVariance -= predicted[k] / n * (predicted[k] / n);
        }
        boolean constant = isConstant(labelled) || isConstant(predicted);
        return constant ? 0 : covariance / Math.sqrt(labelVariance * predictionVariance);
    }

    private boolean occurs(int k) {
        return predicted[k] + labelled[k] > 0;
    }

    private boolean isConstant(long[] counts) {
        return LongStream.of(counts).anyMatch(count -> count == total);
    }
}
