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
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The meaning of the labels of a task: classes in an order, or numbers.
 *
 * <p>The training data decides. It is a {@linkplain TaskKind#REGRESSION regression} if every label
 * is a decimal number and at least one of them is not an integer ({@code 2.5}, but not {@code
 * 2.0}), else a {@linkplain TaskKind#CLASSIFICATION classification}. Classes are numbered from 0:
 * numbers first, by value ({@code 2} before {@code 10}), then all other labels by their characters.
 *
 * @param kind classification or regression
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
        if (kind != TaskKind.CLASSIFICATION && kind != TaskKind.REGRESSION) {
            throw new IllegalArgumentException("A %s has no label space".formatted(kind.noun()));
        }
        if (kind == TaskKind.REGRESSION && !labels.isEmpty()) {
            throw new IllegalArgumentException("A regression has no class labels, got " + labels);
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException(
                    "Labels must be different, but one of %s appears twice".formatted(labels));
        }
        if (kind == TaskKind.CLASSIFICATION && labels.size() < 2) {
            throw new IllegalArgumentException(
                    "A classification needs at least two different labels, got " + labels);
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
     * @param kind the kind, classification or regression, also against the look of the labels
     * @return their label space
     * @throws IllegalArgumentException if all examples have the same label, or if a regression has
     *     one that is not a number
     */
    public static LabelSpace of(LabelledData train, TaskKind kind) {
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
        TreeSet<String> labels = new TreeSet<>(NUMBERS_FIRST);
        for (int row = 0; row < data.size(); row++) {
            labels.add(data.label(row));
        }
        return List.copyOf(labels);
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
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "%s: label '%s' is not among those of the training data: %s"
                            .formatted(data.where(row), label, shownLabels()));
        }
        return index;
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

    /**
     * Creates the label array of a batch: the classes, int64 of shape (B), or the values of a
     * regression, float32 of shape (B, 1).
     */
    NDList targets(NDManager manager, double[] encoded, int[] rows) {
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

    private String shownLabels() {
        if (labels.size() <= SHOWN_LABELS) {
            return String.join(", ", labels);
        }
        return "%s, … (%d in all)"
                .formatted(String.join(", ", labels.subList(0, SHOWN_LABELS)), labels.size());
    }
}
