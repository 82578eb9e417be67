/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.student.StaticEmbedder;
import org.djladapters.tuning.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticDistillationTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> WORDS =
            List.of("the quick brown fox java library models compound sentence lazy".split(" "));

    @TempDir private Path folder;

    private static List<String> texts(int count, int seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = new ArrayList<>();
            for (int word = 0; word < 3 + random.nextInt(6); word++) {
                words.add(WORDS.get(random.nextInt(WORDS.size())));
            }
            texts.add(String.join(" ", words));
        }
        return texts;
    }

    private StaticDistillation.Builder builder(AdaptedModel model) {
        return StaticDistillation.builder().setTeacher(model).setPassages(texts(160, 1));
    }

    @Test
    void aStudentIsNearToItsTeacherOnTextsThatItHasNotSeen()
            throws IOException, TranslateException {
        List<String> unseen = texts(20, 2);
        Path output = folder.resolve("student");
        try (AdaptedModel model = Runs.open(BERT)) {
            StaticDistillation distillation =
                    builder(model).optQueries(List.of("fox java", "lazy fox")).build();
            StaticDistillation.Result result = distillation.distill(output);
            assertThat(result.texts() + result.heldOut()).isBetween(150, 162);
            assertThat(result.heldOut()).isBetween(7, 8);
            assertThat(result.tokens()).isEqualTo(198);
            assertThat(result.dimensions()).isEqualTo(32);
            assertThat(result.cosine()).isGreaterThan(result.startCosine() + 0.05);
            assertThat(result.cosine()).isGreaterThan(0.9);
            StaticEmbedder student = StaticEmbedder.open(output);
            try (TaskModel<String, float[]> teacher =
                    TaskModel.of(model, String.class, float[].class)) {
                double sum = 0;
                for (String text : unseen) {
                    sum += cosine(teacher.predict(text), student.embed(text));
                }
                assertThat(sum / unseen.size()).isGreaterThan(0.9);
            }
            List<PairData.Row> pairs =
                    unseen.stream().map(text -> PairData.Row.of(text, text + " fox")).toList();
            StaticDistillation.Searches searches =
                    distillation.compare(student, RetrievalData.of(PairData.of(pairs)));
            assertThat(searches.student().keySet()).isEqualTo(searches.teacher().keySet());
            assertThat(searches.student().get("mrr@10")).isGreaterThan(0.5);
            assertThat(searches.queries().get("mrr@10")).isGreaterThan(0.3);
            assertThatThrownBy(() -> distillation.distill(output))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("exists already");
        }
    }

    @Test
    void fewerDimensionsAreThoseWhereVectorsAreLargest() throws IOException {
        Path output = folder.resolve("student");
        try (AdaptedModel model = Runs.open(BERT)) {
            StaticDistillation distillation = builder(model).optDimensions(5).build();
            StaticDistillation.Result result = distillation.distill(output);
            assertThat(result.dimensions()).isEqualTo(5);
            assertThat(result.cosine()).isGreaterThan(0.9);
            StaticEmbedder student = StaticEmbedder.open(output);
            assertThat(student.dimensions()).isEqualTo(5);
            double[] squares = new double[5];
            for (String text : texts(160, 1)) {
                float[] vector = student.embed(text);
                for (int i = 0; i < 5; i++) {
                    squares[i] += vector[i] * vector[i];
                }
            }
            assertThat(squares[0]).isGreaterThan(squares[4]);
            RetrievalData data =
                    RetrievalData.of(PairData.of(List.of(PairData.Row.of("fox", "the fox"))));
            assertThat(distillation.compare(student, data).queries()).isEmpty();
        }
    }

    @Test
    void whatGivesNoStudentIsRefused() throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThatThrownBy(() -> builder(model).setPassages(List.of("one", "one")).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 20 different texts, but there are 1");
            assertThatThrownBy(() -> builder(model).optDimensions(0).build())
                    .hasMessageContaining("at least 1, got 0");
            refused(
                    builder(model).optDimensions(33),
                    IllegalArgumentException.class,
                    "The vectors of the teacher have 32 dimensions, not 33");
            List<String> unknown =
                    texts(30, 1).stream().map(text -> "♞".repeat(text.length())).toList();
            refused(
                    builder(model).setPassages(unknown).optQueries(texts(20, 3).subList(0, 19)),
                    IllegalArgumentException.class,
                    "Only 19 of the texts have words");
        }
        try (AdaptedModel model = Runs.open("tiny-bert-classifier")) {
            refused(
                    builder(model),
                    IllegalArgumentException.class,
                    "must give texts vectors, which this model does not");
        }
        try (AdaptedModel model = Runs.open("tiny-roberta")) {
            refused(
                    builder(model),
                    MalformedFileException.class,
                    "but static students know WordPiece alone");
        }
    }

    private void refused(
            StaticDistillation.Builder builder, Class<? extends Exception> kind, String reason) {
        Path output = folder.resolve("none");
        assertThatThrownBy(() -> builder.build().distill(output))
                .isInstanceOf(kind)
                .hasMessageContaining(reason);
        assertThat(Files.exists(output)).isFalse();
    }

    private static double cosine(float[] one, float[] other) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < one.length; i++) {
            product += one[i] * other[i];
            first += one[i] * one[i];
            second += other[i] * other[i];
        }
        return product / Math.sqrt(first * second);
    }
}
