/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.outputs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.io.PlainNumber;

/**
 * The outputs of a model for each example of a split: a few numbers per example, in columns. The
 * metrics of {@link org.djladapters.task.Metrics} can be computed from them again, also on a
 * resample.
 */
public final class ExampleOutputs {

    /** The meaning of the columns. */
    public enum Kind {
        /** The index of the gold class and of the predicted one. */
        CLASSES(2),
        /** The gold value and the predicted one. */
        SCORES(2),
        /** The rank of the one relevant passage of a query, from 1; 0 if it was not found. */
        RANKS(1),
        /** The numbers of entities of a sentence: right, predicted, and in the labels. */
        SPANS(3),
        /** The numbers of classes of a text: right, predicted, and its own; 1 if all are right. */
        LABELS(4),
        /** Exact match and F1 of an answer, both from 0 to 1. */
        ANSWERS(2),
        /** The cross entropy of a response, summed over its tokens, and their number. */
        LOSSES(2),
        /** 1 for an example that is right, 0 for one that is not. */
        HITS(1);

        private final int columns;

        Kind(int columns) {
            this.columns = columns;
        }

        /** Returns the metrics that can be computed from such outputs. */
        public List<String> metrics() {
            return switch (this) {
                case CLASSES -> List.of("accuracy", "f1", "matthews", "balanced_accuracy");
                case SCORES -> List.of("pearson", "spearman");
                case RANKS -> List.of("mrr@10", "recall@1", "recall@10", "ndcg@10", "map");
                case SPANS -> List.of("f1", "precision", "recall");
                case LABELS ->
                        List.of("f1_micro", "precision_micro", "recall_micro", "subset_accuracy");
                case ANSWERS -> List.of("f1", "exact_match");
                case LOSSES -> List.of("perplexity", "loss");
                case HITS -> List.of("exact_match", "accuracy");
            };
        }

        int columns() {
            return columns;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;
    private final int classes;
    private final int positive;
    private final float[][] columns;
    private final Correlation correlation;

    /**
     * Copies and checks the columns.
     *
     * @param classes the number of classes; 0 for other outputs
     * @param positive the class whose F1 counts if there are two; 0 for other outputs
     */
    ExampleOutputs(Kind kind, int classes, int positive, float[][] columns) {
        this.kind = kind;
        this.classes = classes;
        this.positive = positive;
        this.columns = Arrays.stream(columns).map(float[]::clone).toArray(float[][]::new);
        check();
        correlation =
                kind == Kind.SCORES ? new Correlation(this.columns[0], this.columns[1]) : null;
    }

    /**
     * Creates outputs of a classification ({@link Kind#CLASSES}) or a regression ({@link
     * Kind#SCORES}).
     *
     * @param space the meaning of the labels
     * @param labels the right class or value of every example
     * @throws IllegalArgumentException if there are no examples, the numbers of predictions and
     *     labels differ, or a number is not finite or no class
     */
    public static ExampleOutputs ofLabels(LabelSpace space, double[] labels, double[] predictions) {
        float[][] columns = {narrow(labels), narrow(predictions)};
        if (space.kind() == TaskKind.REGRESSION) {
            return new ExampleOutputs(Kind.SCORES, 0, 0, columns);
        }
        int one = space.labels().indexOf("1");
        return new ExampleOutputs(Kind.CLASSES, space.outputs(), one < 0 ? 1 : one, columns);
    }

    /**
     * Creates outputs of any kind but {@link Kind#CLASSES}, for which there is {@link #ofLabels}.
     *
     * @param columns the columns of the kind in its order, each with a number per example
     * @throws IllegalArgumentException if there are no examples, columns are missing or of
     *     different lengths, or a number is not finite or impossible
     */
    public static ExampleOutputs of(Kind kind, float[]... columns) {
        return new ExampleOutputs(kind, 0, 0, columns);
    }

    private static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private void check() {
        if (columns.length != kind.columns()) {
            throw new IllegalArgumentException(
                    "Outputs of the kind %s have %d columns, got %d"
                            .formatted(kind.word(), kind.columns(), columns.length));
        }
        if (columns[0].length == 0) {
            throw new IllegalArgumentException("There are no outputs of any example");
        }
        if (kind == Kind.CLASSES && !(classes >= 2 && positive >= 0 && positive < classes)) {
            throw new IllegalArgumentException(
                    "Outputs of classes need at least two of them, of which one is positive, got %d"
                                    .formatted(classes)
                            + " and class %d".formatted(positive));
        }
        for (float[] column : columns) {
            if (column.length != columns[0].length) {
                throw new IllegalArgumentException(
                        "Columns of outputs must be of one length, got %d and %d"
                                .formatted(columns[0].length, column.length));
            }
            for (int i = 0; i < column.length; i++) {
                if (!isPossible(column[i])) {
                    throw new IllegalArgumentException(
                            "The outputs of example %d hold %s, which is impossible for the kind %s"
                                    .formatted(i, PlainNumber.of(column[i]), kind.word()));
                }
            }
        }
    }

    private boolean isPossible(float value) {
        boolean count = value >= 0 && value == Math.rint(value) && Float.isFinite(value);
        return switch (kind) {
            case CLASSES -> count && value < classes;
            case SCORES -> Float.isFinite(value);
            case RANKS, SPANS, LABELS -> count;
            case ANSWERS -> value >= 0 && value <= 1;
            case LOSSES -> value >= 0 && Float.isFinite(value);
            case HITS -> value == 0 || value == 1;
        };
    }

    public Kind kind() {
        return kind;
    }

    int classes() {
        return classes;
    }

    int positive() {
        return positive;
    }

    /** Returns a copy of the columns, each with a number per example. */
    public float[][] columns() {
        return Arrays.stream(columns).map(float[]::clone).toArray(float[][]::new);
    }

    float[] column(int index) {
        return columns[index];
    }

    /** Returns the number of examples, at least 1. */
    public int size() {
        return columns[0].length;
    }

    /**
     * Tells whether the outputs of another model may be of the same examples: their number, kind
     * and labels are the same.
     */
    public boolean isPairedWith(ExampleOutputs other) {
        if (kind != other.kind || size() != other.size()) {
            return false;
        }
        return switch (kind) {
            case CLASSES, SCORES -> Arrays.equals(columns[0], other.columns[0]);
            case SPANS, LABELS -> Arrays.equals(columns[2], other.columns[2]);
            case LOSSES -> Arrays.equals(columns[1], other.columns[1]);
            case RANKS, ANSWERS, HITS -> true;
        };
    }

    /**
     * Computes a metric of all examples.
     *
     * @param metric its name, one of {@link Kind#metrics()}
     * @throws IllegalArgumentException if these outputs have no such metric
     */
    public double value(String metric) {
        int[] once = new int[size()];
        Arrays.fill(once, 1);
        return value(metric, once);
    }

    /**
     * Computes a metric of a resample.
     *
     * @param metric its name, one of {@link Kind#metrics()}
     * @param counts how often each example counts
     * @throws IllegalArgumentException if these outputs have no such metric
     */
    public double value(String metric, int[] counts) {
        if (!kind.metrics().contains(metric)) {
            throw new IllegalArgumentException(
                    "Outputs of the kind %s give no metric '%s'; choose one of %s"
                            .formatted(kind.word(), metric, String.join(", ", kind.metrics())));
        }
        return new WeightedMetrics(this, correlation, counts).value(metric);
    }

    /**
     * Writes the outputs of a run by the names of their splits ({@code dev}, {@code test}) as one
     * safetensors file. A split is a tensor of shape (columns, examples), of the smallest type that
     * holds its numbers exactly.
     */
    public static void write(Path file, Map<String, ExampleOutputs> bySplit) throws IOException {
        OutputsFile.write(file, bySplit);
    }

    /** Reads the outputs of a file by the names of their splits. */
    public static Map<String, ExampleOutputs> read(Path file) throws IOException {
        return OutputsFile.read(file);
    }
}
