/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.util.StringPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.tuning.FineTuner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Language models that judge pairs by yes and no, as Qwen3-Reranker does. */
class JudgingTest {

    private static final Path MODEL = Path.of("src/test/resources/hub").resolve("qwen3-reranker");

    /** Float32 with other orders of summation, of scores between 0 and 1. */
    private static final float TOLERANCE = 1e-5f;

    /** The last one is longer than the model reads: its passage loses its end, not the prompt. */
    private static final List<StringPair> PAIRS =
            List.of(
                    new StringPair("what is it?", "a cat"),
                    new StringPair("who", "nobody, ".repeat(5)),
                    new StringPair("long", "x y z ".repeat(90)));

    @TempDir private Path folder;

    @Test
    void scoresAreThoseOfSentenceTransformersAlsoAfterExports() throws Exception {
        Path checkpoint = folder.resolve("checkpoint");
        Path script = folder.resolve("script");
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(MODEL, StringPair.class, Float.class)) {
            assertScores(task);
            task.exportCheckpoint(checkpoint);
            task.export(script);
        }
        for (Path exported : List.of(checkpoint, script)) {
            try (TaskModel<StringPair, Float> task =
                    TaskModel.open(exported, StringPair.class, Float.class)) {
                assertScores(task);
            }
        }
    }

    private static void assertScores(TaskModel<StringPair, Float> task) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(MODEL.resolve("expected.safetensors"))) {
            float[] expected = file.read(manager, "scores").toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(task.predict(PAIRS.get(i))).isCloseTo(expected[i], within(TOLERANCE));
            }
        }
    }

    @Test
    void anAdapterLearnsToJudgeWithoutAHead() throws Exception {
        TextData data =
                TextData.of(
                        List.of(
                                TextData.Row.of("0", "who", "a man"),
                                TextData.Row.of("1", "who", "a cat"),
                                TextData.Row.of("0", "where", "here"),
                                TextData.Row.of("1", "where", "no one")));
        Path output = folder.resolve("adapter");
        try (AdaptedModel model = AdaptedModel.open(MODEL)) {
            FineTuner.builder()
                    .setModel(model)
                    .setConfig(LoraConfig.builder().optRank(2).build())
                    .setTrain(data)
                    .setDev(data)
                    .optTask(TaskKind.RERANKING)
                    .setOutput(output)
                    .optEpochs(2)
                    .optLearningRate(0.05f)
                    .build()
                    .run();
        }
        assertThat(output.resolve("labels.json")).doesNotExist();
        assertThat(Files.readString(output.resolve("adapter_config.json")))
                .contains("\"modules_to_save\": null");
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(MODEL, output, StringPair.class, Float.class)) {
            assertThat(task.predict(PAIRS.get(0))).isBetween(0f, 1f);
        }
    }
}
