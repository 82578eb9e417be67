/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.task.multilabel.ChosenClasses;

/** A task whose predictions are columns of a table. */
enum RowTask {
    EMBEDDING(TaskKind.EMBEDDING, SQLDataTypes.VectorType(), RowTask::vector),

    CLASSIFICATION(
            TaskKind.CLASSIFICATION,
            DataTypes.StringType,
            prediction -> ((Classifications) prediction).best().getClassName(),
            DataTypes.DoubleType,
            prediction -> ((Classifications) prediction).best().getProbability()),

    MULTI_LABEL_CLASSIFICATION(
            TaskKind.MULTI_LABEL_CLASSIFICATION,
            DataTypes.createArrayType(DataTypes.StringType, false),
            prediction -> ((ChosenClasses) prediction).chosen().toArray(),
            DataTypes.createArrayType(DataTypes.DoubleType, false),
            RowTask::chosenProbabilities),

    REGRESSION(TaskKind.REGRESSION, DataTypes.DoubleType, RowTask::number),

    RERANKING(TaskKind.RERANKING, DataTypes.DoubleType, RowTask::number),

    TOKEN_CLASSIFICATION(
            TaskKind.TOKEN_CLASSIFICATION,
            DataTypes.createArrayType(
                    DataTypes.createStructType(
                            List.of(
                                    field("entity", DataTypes.StringType),
                                    field("text", DataTypes.StringType),
                                    field("score", DataTypes.DoubleType),
                                    field("start", DataTypes.IntegerType),
                                    field("end", DataTypes.IntegerType))),
                    false),
            RowTask::entities);

    private final TaskKind kind;
    private final DataType type;
    private final Function<Object, Object> value;

    /** The type of probabilities; null where a prediction has none. */
    private final DataType probabilityType;

    private final Function<Object, Object> probability;

    RowTask(TaskKind kind, DataType type, Function<Object, Object> value) {
        this(kind, type, value, null, null);
    }

    RowTask(
            TaskKind kind,
            DataType type,
            Function<Object, Object> value,
            DataType probabilityType,
            Function<Object, Object> probability) {
        this.kind = kind;
        this.type = type;
        this.value = value;
        this.probabilityType = probabilityType;
        this.probability = probability;
    }

    /**
     * Finds a task.
     *
     * @param word {@code classification}, for example
     * @throws IllegalArgumentException if there is none of the name
     */
    static RowTask of(String word) {
        return Arrays.stream(values())
                .filter(task -> task.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no task '%s' for tables; choose one of %s"
                                                .formatted(word, words())));
    }

    /** Lists the names of all tasks. */
    static String words() {
        return Arrays.stream(values()).map(RowTask::word).collect(Collectors.joining(", "));
    }

    /** Returns the name, as the command line has it. */
    String word() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns what is predicted for texts or pairs of texts, if {@link #takes} allows it. */
    TextTask<?, ?> textTask(boolean pairs) {
        return TextTask.of(kind, pairs, 0);
    }

    /** Tells whether it predicts from pairs (true), or from single texts (false). */
    boolean takes(boolean pairs) {
        return TextTask.takes(kind, pairs);
    }

    /** Returns the columns of a prediction. */
    List<StructField> columns(String output, String probabilities) {
        StructField column = DataTypes.createStructField(output, type, true);
        return probabilityType == null
                ? List.of(column)
                : List.of(
                        column, DataTypes.createStructField(probabilities, probabilityType, true));
    }

    /** Returns the values of these columns, nulls where there is no prediction. */
    List<Object> values(Object prediction) {
        List<Object> values = new ArrayList<>();
        values.add(prediction == null ? null : value.apply(prediction));
        if (probability != null) {
            values.add(prediction == null ? null : probability.apply(prediction));
        }
        return values;
    }

    private static StructField field(String name, DataType type) {
        return DataTypes.createStructField(name, type, false);
    }

    private static Object vector(Object prediction) {
        float[] numbers = (float[]) prediction;
        return Vectors.dense(
                IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray());
    }

    private static Object number(Object prediction) {
        return ((Float) prediction).doubleValue();
    }

    private static Object chosenProbabilities(Object prediction) {
        ChosenClasses classes = (ChosenClasses) prediction;
        return classes.chosen().stream()
                .map(label -> classes.get(label).getProbability())
                .toArray();
    }

    private static Object entities(Object prediction) {
        return Arrays.stream((NamedEntity[]) prediction)
                .map(
                        entity ->
                                RowFactory.create(
                                        entity.getEntity(),
                                        entity.getWord(),
                                        (double) entity.getScore(),
                                        entity.getStart(),
                                        entity.getEnd()))
                .toArray();
    }
}
