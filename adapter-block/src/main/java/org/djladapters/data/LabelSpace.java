/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.djladapters.io.Internal;

/**
 * The meaning of the labels of a task: classes in an order, of which an example has one or any
 * number, or numbers.
 *
 * <p>The training data decides. It is a {@linkplain TaskKind#REGRESSION regression} if every label
 * is a decimal number and at least one of them is not an integer ({@code 2.5}, but not {@code
 * 2.0}), else a {@linkplain TaskKind#CLASSIFICATION classification}. Classes are numbered from 0:
 * numbers first, by value ({@code 2} before {@code 10}), then all other labels by their characters.
 *
 * @param kind classification, multi-label classification or regression
 * @param labels the classes in their order, at least two; empty for a regression
 */
public record LabelSpace(TaskKind kind, List<String> labels) {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int SHOWN_LABELS = 20;
    private static final Comparator<String> NUMBERS_FIRST =
            Comparator.comparingDouble(
                            (String label) -> number(label).orElse(Double.POSITIVE_INFINITY))
                    .thenComparing(Comparator.naturalOrder());

    /** Checks that kind and labels fit together. */
    public LabelSpace {
        Objects.requireNonNull(kind, "A label space needs a kind");
        labels = List.copyOf(labels);
        if (kind != TaskKind.CLASSIFICATION
                && kind != TaskKind.MULTI_LABEL_CLASSIFICATION
                && kind != TaskKind.REGRESSION) {
            throw new IllegalArgumentException("A %s has no label space".formatted(kind.noun()));
        }
        if (kind == TaskKind.REGRESSION && !labels.isEmpty()) {
            throw new IllegalArgumentException("A regression has no class labels, got " + labels);
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException(
                    "Labels must be different, but one of %s appears twice".formatted(labels));
        }
        if (kind != TaskKind.REGRESSION && labels.size() < 2) {
            throw new IllegalArgumentException(
                    "A %s needs at least two different labels, got %s"
                            .formatted(kind.noun(), labels));
        }
    }

    /**
     * Finds out whether classes or values are predicted, and the classes.
     *
     * @param train the training examples
     * @return their label space
     * @throws IllegalArgumentException if all examples have the same label
     */
    public static LabelSpace of(LabelledData train) {
        List<String> labels = distinctLabels(train);
        boolean numbers = labels.stream().allMatch(label -> number(label).isPresent());
        boolean fraction = labels.stream().anyMatch(LabelSpace::hasFraction);
        return of(train, numbers && fraction ? TaskKind.REGRESSION : TaskKind.CLASSIFICATION);
    }

    /**
     * Finds out the classes for a given kind of task.
     *
     * @param train the training examples
     * @param kind the kind, also against the look of the labels; a multi-label classification needs
     *     {@link MultiLabelData}
     * @return their label space
     * @throws IllegalArgumentException if there is one label only, or if a regression has one that
     *     is not a number
     */
    public static LabelSpace of(LabelledData train, TaskKind kind) {
        if (kind == TaskKind.MULTI_LABEL_CLASSIFICATION) {
            return new LabelSpace(kind, sorted(several(train).classes()));
        }
        List<String> labels = distinctLabels(train);
        if (labels.size() == 1) {
            throw new IllegalArgumentException(
                    "All %d examples of '%s' have the label '%s': there is nothing to learn"
                            .formatted(train.size(), train.source(), labels.get(0)));
        }
        LabelSpace space = new LabelSpace(kind, kind == TaskKind.REGRESSION ? List.of() : labels);
        space.encode(train);
        return space;
    }

    private static List<String> distinctLabels(LabelledData data) {
        return sorted(IntStream.range(0, data.size()).mapToObj(data::label));
    }

    private static List<String> sorted(Stream<String> labels) {
        return labels.distinct().sorted(NUMBERS_FIRST).toList();
    }

    private static MultiLabelData several(LabelledData data) {
        if (data instanceof MultiLabelData several) {
            return several;
        }
        throw new IllegalArgumentException(
                "'%s' has one label a row; read several with MultiLabelData, or train a classification"
                        .formatted(data.source()));
    }

    /**
     * Reads a decimal number; Java's other forms, such as {@code 1f}, {@code 0x1p3} and infinity,
     * are no numbers here.
     */
    static OptionalDouble number(String label) {
        if (!NUMBER.matcher(label).matches()) {
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(label);
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static boolean hasFraction(String label) {
        OptionalDouble value = number(label);
        return value.isPresent() && value.getAsDouble() != Math.rint(value.getAsDouble());
    }

    /**
     * Returns the number of outputs that a head needs.
     *
     * @return the number of classes; 1 for a regression
     */
    public int outputs() {
        return kind == TaskKind.REGRESSION ? 1 : labels.size();
    }

    /**
     * Turns labels into numbers.
     *
     * @param data examples, not necessarily those the space was made from
     * @return one number per example: the index of its class, or the value of a regression
     * @throws IllegalArgumentException if a label is not among the classes, or not a number; the
     *     message says where it stands
     */
    public double[] encode(LabelledData data) {
        if (data instanceof MultiLabelData) {
            throw new IllegalArgumentException(
                    "'%s' has any number of labels a row, but this is a %s; train a multi-label classification, or read one label a row with TextData"
                            .formatted(data.source(), kind.noun()));
        }
        return IntStream.range(0, data.size()).mapToDouble(row -> encode(data, row)).toArray();
    }

    private double encode(LabelledData data, int row) {
        String label = data.label(row);
        if (kind == TaskKind.REGRESSION) {
            String refusal = "%s: label '%s' is not a number, which a regression needs";
            return number(label)
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            refusal.formatted(data.where(row), label)));
        }
        return index(label, data, row);
    }

    private int index(String label, LabelledData data, int row) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "%s: label '%s' is not among those of the training data: %s"
                            .formatted(data.where(row), label, shownLabels()));
        }
        return index;
    }

    /**
     * Turns the labels of a multi-label classification into numbers.
     *
     * @param data examples, not necessarily those the space was made from
     * @return the indices of the classes of every example
     * @throws IllegalArgumentException if a label is not among the classes, or the data have one
     *     label a row; the message says where
     */
    public List<int[]> encodeSeveral(LabelledData data) {
        MultiLabelData several = several(data);
        return IntStream.range(0, several.size())
                .mapToObj(
                        row ->
                                several.labels(row).stream()
                                        .mapToInt(label -> index(label, data, row))
                                        .toArray())
                .toList();
    }

    /** Counts the examples of every class. */
    @Internal
    public long[] counts(LabelledData data) {
        long[] counts = new long[labels.size()];
        if (kind == TaskKind.MULTI_LABEL_CLASSIFICATION) {
            encodeSeveral(data).stream().flatMapToInt(IntStream::of).forEach(c -> counts[c]++);
        } else {
            DoubleStream.of(encode(data)).forEach(c -> counts[(int) c]++);
        }
        return counts;
    }

    /**
     * Turns a head's outputs into predictions that compare with encoded labels.
     *
     * @param outputs float32 of shape (B, outputs)
     * @return B numbers: the index of the class with the largest logit, or the value of a
     *     regression
     */
    public double[] predictions(NDArray outputs) {
        if (kind == TaskKind.REGRESSION) {
            float[] values = outputs.toFloatArray();
            return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        }
        try (NDArray best = outputs.argMax(1)) {
            return LongStream.of(best.toLongArray()).mapToDouble(index -> index).toArray();
        }
    }

    /** The labels of examples, ready to become arrays. */
    interface Targets {
        NDList of(NDManager manager, int[] rows);
    }

    /**
     * Prepares the label array of batches: the classes, int64 of shape (B); 1 for each class that
     * an example has and 0 for the others, float32 of shape (B, classes); or the values of a
     * regression, float32 of shape (B, 1).
     */
    Targets targets(LabelledData data) {
        if (kind == TaskKind.MULTI_LABEL_CLASSIFICATION) {
            List<int[]> classes = encodeSeveral(data);
            return (manager, rows) -> targets(manager, classes, rows);
        }
        double[] encoded = encode(data);
        return (manager, rows) -> targets(manager, encoded, rows);
    }

    private NDList targets(NDManager manager, List<int[]> encoded, int[] rows) {
        float[] present = new float[rows.length * labels.size()];
        for (int i = 0; i < rows.length; i++) {
            for (int label : encoded.get(rows[i])) {
                present[i * labels.size() + label] = 1;
            }
        }
        return new NDList(manager.create(present, new Shape(rows.length, labels.size())));
    }

    private NDList targets(NDManager manager, double[] encoded, int[] rows) {
        if (kind == TaskKind.CLASSIFICATION) {
            return new NDList(
                    manager.create(
                            IntStream.of(rows).mapToLong(row -> (long) encoded[row]).toArray()));
        }
        float[] values = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            values[i] = (float) encoded[rows[i]];
        }
        return new NDList(manager.create(values, new Shape(rows.length, 1)));
    }

    /** Returns the classes for a message, the first of them if there are many. */
    @Internal
    public String shownLabels() {
        if (labels.size() <= SHOWN_LABELS) {
            return String.join(", ", labels);
        }
        return "%s, … (%d in all)"
                .formatted(String.join(", ", labels.subList(0, SHOWN_LABELS)), labels.size());
    }
}
