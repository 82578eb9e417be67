/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.data.PromptData;
import org.djladapters.data.TrainedTurns;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.tuning.TrainingStep;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts with their responses learn the same whether each has a row or several share one. */
class PackingTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final int ROOM = 16;

    /** Sums of a few thousand products in another order, relative to the largest gradient. */
    private static final float CLOSE = 1e-5f;

    @TempDir private Path folder;

    /** With the few tokens that all of the models know. */
    private static PromptData sums() {
        return PromptData.of(
                List.of(
                        PromptData.Row.of("1+1+", "2"),
                        PromptData.Row.of("12+30+", "42"),
                        PromptData.Row.of("1+", "1"),
                        PromptData.Row.of("3+4+5+0+", "12"),
                        PromptData.Row.of("5", "5")));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Step(float loss, Map<String, float[]> gradients, long[] shape) {

        float largest() {
            float largest = 0;
            for (float[] gradient : gradients.values()) {
                for (float value : gradient) {
                    largest = Math.max(largest, Math.abs(value));
                }
            }
            return largest;
        }
    }

    /** Some small checkpoints have no tokenizer of their own. */
    private Path checkpoint(String name) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Path own = HUB.resolve(name).resolve(file);
            Files.copy(
                    Files.exists(own) ? own : HUB.resolve("tiny-llama").resolve(file),
                    copy.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private Step step(String name, boolean packing) throws IOException {
        CausalLmTask task = new CausalLmTask(ROOM, false, TrainedTurns.LAST, packing);
        try (AdaptedModel model = AdaptedModel.open(checkpoint(name))) {
            LoraConfig lora =
                    LoraConfig.builder().optRank(2).optTargets(Targets.allLinear()).build();
            model.model().getNDManager().getEngine().setRandomSeed(1);
            TinyAdapters.disturb(model, model.add("a", lora), 7);
            model.activate("a");
            return step(model, task);
        }
    }

    private static Step step(AdaptedModel model, CausalLmTask task) throws IOException {
        try (NDManager manager = model.model().getNDManager().newSubManager();
                Trainer trainer = TrainingStep.newTrainer(model, task.loss());
                Batch batch =
                        task.dataset(model, sums(), Batching.inOrder(5))
                                .getData(manager)
                                .iterator()
                                .next()) {
            float loss = task.backward(trainer, batch);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            for (Map.Entry<String, Parameter> entry : model.adapter("a").parameters().entrySet()) {
                gradients.put(
                        entry.getKey(), entry.getValue().getArray().getGradient().toFloatArray());
            }
            return new Step(loss, gradients, batch.getData().get(0).getShape().getShape());
        }
    }

    /** With sliding windows, too. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2", "mistral-window", "gemma3-window"})
    void lossAndGradientsAreTheSame(String name) throws IOException {
        Step apart = step(name, false);
        Step packed = step(name, true);

        assertThat(apart.shape()[0]).isEqualTo(5);
        assertThat(packed.shape()[0]).isLessThan(4);
        assertThat(packed.shape()[1]).isLessThanOrEqualTo(ROOM);
        assertThat(packed.loss()).isCloseTo(apart.loss(), within(CLOSE * apart.loss()));
        float limit = CLOSE * apart.largest();
        apart.gradients()
                .forEach(
                        (parameter, gradient) ->
                                assertThat(packed.gradients().get(parameter))
                                        .as(parameter)
                                        .containsExactly(gradient, within(limit)));
    }

    /** An export counts positions and masks as it was traced; T5 reads prompts apart. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void modelsThatDoNotKeepTextsApartAreRefused(boolean export) throws IOException {
        CausalLmTask task = new CausalLmTask(ROOM, false, TrainedTurns.LAST, true);
        try (AdaptedModel model =
                export
                        ? TinyAdapters.open("tiny-llama")
                        : AdaptedModel.open(HUB.resolve("tiny-t5"))) {
            assertThatThrownBy(() -> task.dataset(model, sums(), Batching.inOrder(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not keep texts apart that share a row");
        }
    }
}
