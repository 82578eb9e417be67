/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.tuning.FineTuner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentence encoders with dense layers behind the pooling, as EmbeddingGemma has them. */
class DenseLayersTest {

    private static final Path MODEL =
            Path.of("src/test/resources/hub").resolve("embeddinggemma-dense");

    /** Float32 with other orders of summation, of vectors of length 1. */
    private static final float TOLERANCE = 1e-5f;

    private static final List<String> TEXTS = List.of("sum 1+2", "a", "hello, gods and dragons 99");

    @TempDir private Path folder;

    @Test
    void vectorsAreThoseOfSentenceTransformersAlsoAfterAnExport() throws Exception {
        float[] expected;
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(MODEL.resolve("expected.safetensors"))) {
            expected = file.read(manager, "vectors").toFloatArray();
        }
        Path checkpoint = folder.resolve("checkpoint");
        try (TaskModel<String, float[]> task = TaskModel.open(MODEL, String.class, float[].class)) {
            assertVectors(task, expected);
            task.exportCheckpoint(checkpoint);
            assertThatThrownBy(() -> task.export(folder.resolve("script")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has dense layers behind its pooling");
        }
        try (TaskModel<String, float[]> again =
                TaskModel.open(checkpoint, String.class, float[].class)) {
            assertVectors(again, expected);
        }
    }

    private static void assertVectors(TaskModel<String, float[]> task, float... expected)
            throws Exception {
        int width = expected.length / TEXTS.size();
        for (int row = 0; row < TEXTS.size(); row++) {
            float[] vector = task.predict(TEXTS.get(row));
            assertThat(vector).hasSize(width);
            for (int i = 0; i < width; i++) {
                assertThat(vector[i]).isCloseTo(expected[row * width + i], within(TOLERANCE));
            }
        }
    }

    @Test
    void anAdapterLearnsThroughThem() throws Exception {
        PairData pairs =
                PairData.of(
                        List.of(
                                PairData.Row.of("sum 1", "a"),
                                PairData.Row.of("b", "c d"),
                                PairData.Row.of("hello", "go"),
                                PairData.Row.of("no", "on")));
        Path output = folder.resolve("adapter");
        try (AdaptedModel model = AdaptedModel.open(MODEL)) {
            FineTuner.builder()
                    .setModel(model)
                    .setConfig(LoraConfig.builder().optRank(2).build())
                    .setTrain(pairs)
                    .setDev(pairs)
                    .optTask(TaskKind.EMBEDDING)
                    .setOutput(output)
                    .optEpochs(2)
                    .optLearningRate(0.05f)
                    .build()
                    .run();
        }
        try (TaskModel<String, float[]> base = TaskModel.open(MODEL, String.class, float[].class);
                TaskModel<String, float[]> task =
                        TaskModel.open(MODEL, output, String.class, float[].class)) {
            float[] vector = task.predict("hello");
            assertThat(vector).hasSize(12).isNotEqualTo(base.predict("hello"));
            Path merged = folder.resolve("merged");
            task.exportCheckpoint(merged);
            try (TaskModel<String, float[]> again =
                    TaskModel.open(merged, String.class, float[].class)) {
                assertThat(again.predict("hello")).containsExactly(vector, within(TOLERANCE));
            }
        }
    }
}
