/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.task.multilabel.ChosenClasses;

/** A task whose predictions are columns of a table. */
enum RowTask {
    EMBEDDING(TaskKind.EMBEDDING),
    CLASSIFICATION(TaskKind.CLASSIFICATION),
    MULTI_LABEL_CLASSIFICATION(TaskKind.MULTI_LABEL_CLASSIFICATION),
    REGRESSION(TaskKind.REGRESSION),
    RERANKING(TaskKind.RERANKING),
    TOKEN_CLASSIFICATION(TaskKind.TOKEN_CLASSIFICATION);

    private final String kind;

    RowTask(TaskKind kind) {
        this.kind = kind.name();
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
        return kind.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private TaskKind kind() {
        return TaskKind.of(word());
    }

    /** Returns what is predicted for texts or pairs of texts, if {@link #takes} allows it. */
    TextTask<?, ?> textTask(boolean pairs) {
        return TextTask.of(kind(), pairs, 0);
    }

    /** Tells whether it predicts from pairs (true), or from single texts (false). */
    boolean takes(boolean pairs) {
        return TextTask.takes(kind(), pairs);
    }

    /** Returns the columns of a prediction: one, or two where classes have probabilities. */
    List<StructField> columns(String output, String probability) {
        return switch (this) {
            case EMBEDDING -> List.of(nullable(output, SQLDataTypes.VectorType()));
            case CLASSIFICATION ->
                    List.of(
                            nullable(output, DataTypes.StringType),
                            nullable(probability, DataTypes.DoubleType));
            case MULTI_LABEL_CLASSIFICATION ->
                    List.of(
                            nullable(output, array(DataTypes.StringType)),
                            nullable(probability, array(DataTypes.DoubleType)));
            case REGRESSION, RERANKING -> List.of(nullable(output, DataTypes.DoubleType));
            case TOKEN_CLASSIFICATION -> List.of(nullable(output, array(entity())));
        };
    }

    private static StructField nullable(String name, DataType type) {
        return DataTypes.createStructField(name, type, true);
    }

    private static DataType array(DataType type) {
        return DataTypes.createArrayType(type, false);
    }

    private static StructType entity() {
        return new StructType()
                .add("entity", DataTypes.StringType, false)
                .add("text", DataTypes.StringType, false)
                .add("score", DataTypes.DoubleType, false)
                .add("start", DataTypes.IntegerType, false)
                .add("end", DataTypes.IntegerType, false);
    }

    /** Returns the values of these columns. */
    List<Object> values(Object prediction) {
        return switch (this) {
            case EMBEDDING -> List.of(vector((float[]) prediction));
            case CLASSIFICATION -> {
                Classifications.Classification best = ((Classifications) prediction).best();
                yield List.of(best.getClassName(), best.getProbability());
            }
            case MULTI_LABEL_CLASSIFICATION -> chosen((ChosenClasses) prediction);
            case REGRESSION, RERANKING -> List.of(((Float) prediction).doubleValue());
            case TOKEN_CLASSIFICATION ->
                    List.of(
                            (Object)
                                    Arrays.stream((NamedEntity[]) prediction)
                                            .map(RowTask::row)
                                            .toArray());
        };
    }

    private static Object vector(float[] numbers) {
        return Vectors.dense(
                IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray());
    }

    private static List<Object> chosen(ChosenClasses classes) {
        List<String> labels = classes.chosen();
        return List.of(
                labels.toArray(),
                labels.stream().map(label -> classes.get(label).getProbability()).toArray());
    }

    private static Row row(NamedEntity entity) {
        return RowFactory.create(
                entity.getEntity(),
                entity.getWord(),
                (double) entity.getScore(),
                entity.getStart(),
                entity.getEnd());
    }
}
