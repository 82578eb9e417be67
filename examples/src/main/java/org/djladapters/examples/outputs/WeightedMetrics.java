/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.outputs;

import java.util.stream.LongStream;

/**
 * Metrics of outputs with weights: the same numbers as {@link org.djladapters.task.Metrics} gives
 * for repeated examples, but computed in one pass, since a bootstrap computes them some hundred
 * thousand times.
 */
final class WeightedMetrics {

    private static final int DEPTH = 10;

    private final ExampleOutputs outputs;
    private final Correlation correlation;
    private final int[] weights;

    WeightedMetrics(ExampleOutputs outputs, Correlation correlation, int[] weights) {
        this.outputs = outputs;
        this.correlation = correlation;
        this.weights = weights;
    }

    double value(String metric) {
        return switch (outputs.kind()) {
            case CLASSES -> ofClasses(metric);
            case SCORES ->
                    metric.equals("pearson")
                            ? correlation.pearson(weights)
                            : correlation.spearman(weights);
            case RANKS -> ofRanks(metric);
            case SPANS -> ofSpans(metric);
            case LABELS ->
                    metric.equals("subset_accuracy")
                            ? mean(outputs.column(3))
                            : ofSpans(metric.replace("_micro", ""));
            case ANSWERS -> mean(outputs.column(metric.equals("f1") ? 1 : 0));
            case LOSSES -> ofLosses(metric);
            case HITS -> mean(outputs.column(0));
        };
    }

    private double ofLosses(String metric) {
        double mean = ratio(sum(outputs.column(0)), sum(outputs.column(1)));
        return metric.equals("loss") ? mean : Math.exp(mean);
    }

    private double ofSpans(String metric) {
        double right = sum(outputs.column(0));
        double predicted = sum(outputs.column(1));
        double there = sum(outputs.column(2));
        return switch (metric) {
            case "precision" -> ratio(right, predicted);
            case "recall" -> ratio(right, there);
            default -> ratio(2 * right, predicted + there);
        };
    }

    private double ofRanks(String metric) {
        float[] ranks = outputs.column(0);
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] > 0) {
                sum += weights[i] * ofRank(metric, ranks[i]);
            }
        }
        return sum / count();
    }

    private static double ofRank(String metric, double rank) {
        return switch (metric) {
            case "recall@1" -> rank <= 1 ? 1 : 0;
            case "recall@10" -> rank <= DEPTH ? 1 : 0;
            case "mrr@10" -> rank <= DEPTH ? 1 / rank : 0;
            case "ndcg@10" -> rank <= DEPTH ? Math.log(2) / Math.log1p(rank) : 0;
            default -> 1 / rank;
        };
    }

    private double ofClasses(String metric) {
        return metric.equals("accuracy") ? accuracy() : ofCounts(metric);
    }

    private double accuracy() {
        float[] gold = outputs.column(0);
        float[] predictions = outputs.column(1);
        long right = 0;
        for (int i = 0; i < gold.length; i++) {
            right += gold[i] == predictions[i] ? weights[i] : 0;
        }
        return right / count();
    }

    private double ofCounts(String metric) {
        int classes = outputs.classes();
        float[] gold = outputs.column(0);
        float[] predictions = outputs.column(1);
        long[] right = new long[classes];
        long[] labelled = new long[classes];
        long[] predicted = new long[classes];
        for (int i = 0; i < gold.length; i++) {
            labelled[(int) gold[i]] += weights[i];
            predicted[(int) predictions[i]] += weights[i];
            if (gold[i] == predictions[i]) {
                right[(int) gold[i]] += weights[i];
            }
        }
        return switch (metric) {
            case "f1" -> f1(right, labelled, predicted);
            case "matthews" -> matthews(right, labelled, predicted);
            default -> meanRecall(right, labelled);
        };
    }

    private double f1(long[] right, long[] labelled, long[] predicted) {
        if (right.length == 2) {
            int k = outputs.positive();
            return ratio(2.0 * right[k], (double) labelled[k] + predicted[k]);
        }
        double sum = 0;
        int occurring = 0;
        for (int k = 0; k < right.length; k++) {
            long there = labelled[k] + predicted[k];
            sum += ratio(2.0 * right[k], (double) there);
            occurring += there > 0 ? 1 : 0;
        }
        return ratio(sum, occurring);
    }

    private static double meanRecall(long[] right, long[] labelled) {
        double sum = 0;
        int occurring = 0;
        for (int k = 0; k < right.length; k++) {
            sum += ratio((double) right[k], (double) labelled[k]);
            occurring += labelled[k] > 0 ? 1 : 0;
        }
        return ratio(sum, occurring);
    }

    /** Computes Gorodkin's R_K; 0 if all labels or all predictions are of one class. */
    private static double matthews(long[] right, long[] labelled, long[] predicted) {
        double n = LongStream.of(labelled).sum();
        double covariance = LongStream.of(right).sum() / n;
        double labelVariance = 1;
        double predictionVariance = 1;
        for (int k = 0; k < right.length; k++) {
            if (labelled[k] == n || predicted[k] == n) {
                return 0;
            }
            covariance -= labelled[k] / n * (predicted[k] / n);
            labelVariance -= labelled[k] / n * (labelled[k] / n);
            predictionVariance -= predicted[k] / n * (predicted[k] / n);
        }
        return covariance / Math.sqrt(labelVariance * predictionVariance);
    }

    private double mean(float[] column) {
        return sum(column) / count();
    }

    private double count() {
        long count = 0;
        for (int weight : weights) {
            count += weight;
        }
        return count;
    }

    private double sum(float[] column) {
        double sum = 0;
        for (int i = 0; i < column.length; i++) {
            sum += (double) weights[i] * column[i];
        }
        return sum;
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
