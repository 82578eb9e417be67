/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs of several tasks in one pass, in a model that is an export and one that is not. */
class TaskBatchTest {

    private static final String BASE = "tiny-bert";

    private static final String LONG =
            "where is the parcel that was to come and where is it and the bill of it, which is"
                    + " wrong, and the other one, which is late, and what is to be done with them"
                    + " all and when will that be and who is to pay";

    @TempDir private static Path folder;

    private static AdaptedModel model;

    @BeforeAll
    static void open() throws IOException {
        model = AdaptedModel.open(Models.directory(BASE));
        load("two", "a", "b");
        load("three", "c", "d", "e");
        TrainedAdapters.save(BASE, null, Map.of(), folder.resolve("vectors"));
        AdapterDirectory.load(model, "vectors", folder.resolve("vectors"));
        model.activate();
    }

    private static void load(String name, String... labels) throws IOException {
        TrainedAdapters.save(
                BASE,
                new HeadConfig(labels.length, HeadConfig.Pooling.MEAN),
                Map.of(AdapterDirectory.LABELS, LabelsFile.text(List.of(labels))),
                folder.resolve(name));
        AdapterDirectory.load(model, name, folder.resolve(name));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static TaskModel<String, Classifications> classes(String adapter) throws IOException {
        return TaskModel.beside(model, String.class, Classifications.class, adapter);
    }

    private static TaskModel<String, float[]> vectors(String adapter) throws IOException {
        return TaskModel.beside(model, String.class, float[].class, adapter);
    }

    private static void requireEqual(List<Classifications> actual, List<Classifications> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).getClassNames()).isEqualTo(expected.get(i).getClassNames());
            for (String name : actual.get(i).getClassNames()) {
                assertThat(actual.get(i).get(name).getProbability())
                        .isCloseTo(expected.get(i).get(name).getProbability(), within(1e-5));
            }
        }
    }

    private static void requireClose(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).containsExactly(expected.get(i), within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a short one", LONG})
    void allTasksShareAPassAndPredictAsAlone(String text) throws Exception {
        try (TaskModel<String, Classifications> two = classes("two");
                TaskModel<String, Classifications> three = classes("three");
                TaskModel<StringPair, Classifications> pairs =
                        TaskModel.beside(model, StringPair.class, Classifications.class, "two");
                TaskModel<String, float[]> vectors = vectors("vectors");
                TaskModel<String, float[]> base = vectors(AdaptedModel.BASE)) {
            List<String> texts = List.of(text, "the bill");
            List<StringPair> pair = List.of(new StringPair(text, "b"));
            TaskBatch batch = new TaskBatch();
            TaskBatch.Part<Classifications> first = batch.add(two, texts);
            TaskBatch.Part<float[]> second = batch.add(vectors, List.of(text));
            TaskBatch.Part<Classifications> third = batch.add(three, texts);
            TaskBatch.Part<Classifications> fourth = batch.add(pairs, pair);
            TaskBatch.Part<float[]> fifth = batch.add(base, texts);
            TaskBatch.Part<Classifications> sixth = batch.add(two, List.of("a " + text));
            batch.run();

            assertThat(batch.shared()).containsExactly(6);
            requireEqual(first.get(), two.predict(texts));
            requireClose(second.get(), vectors.predict(List.of(text)));
            requireEqual(third.get(), three.predict(texts));
            requireEqual(fourth.get(), pairs.predict(pair));
            requireClose(fifth.get(), base.predict(texts));
            requireEqual(sixth.get(), two.predict(List.of("a " + text)));
        }
    }

    @Test
    void shortAndLongTextsHavePassesOfTheirOwn() throws Exception {
        try (TaskModel<String, Classifications> two = classes("two");
                TaskModel<String, Classifications> three = classes("three")) {
            TaskBatch batch = new TaskBatch();
            batch.add(two, List.of("a"));
            TaskBatch.Part<Classifications> long2 = batch.add(two, List.of(LONG));
            batch.add(three, List.of("b"));
            TaskBatch.Part<Classifications> long3 = batch.add(three, List.of(LONG));
            batch.run();

            assertThat(batch.shared()).containsExactly(2, 2);
            requireEqual(long2.get(), two.predict(List.of(LONG)));
            requireEqual(long3.get(), three.predict(List.of(LONG)));
        }
    }

    @Test
    void whatFailsFailsAlone() throws Exception {
        try (TaskModel<String, Classifications> two = classes("two");
                TaskModel<String, float[]> vectors = vectors("vectors");
                TaskModel<String, float[]> active =
                        TaskModel.of(model, String.class, float[].class, "vectors")) {
            TaskModel<String, float[]> closed = vectors("vectors");
            TaskBatch batch = new TaskBatch();
            TaskBatch.Part<float[]> missing = batch.add(vectors, Arrays.asList("a", null));
            TaskBatch.Part<Classifications> good = batch.add(two, List.of("a"));
            TaskBatch.Part<float[]> other = batch.add(active, List.of("a"));
            TaskBatch.Part<float[]> fine = batch.add(closed, List.of("a"));
            assertThatIllegalStateException().isThrownBy(good::get).withMessageContaining("run()");
            batch.run();
            closed.close();

            assertThatIllegalArgumentException()
                    .isThrownBy(missing::get)
                    .withMessage("Input 2 of 2 is null");
            requireEqual(good.get(), two.predict(List.of("a")));
            requireClose(other.get(), active.predict(List.of("a")));
            requireClose(fine.get(), vectors.predict(List.of("a")));
        } finally {
            model.activate();
        }
    }
}
