/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.PreferenceData;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.preference.PreferenceTask;
import org.djladapters.tuning.TrainingStep;
import org.junit.jupiter.api.Test;

/**
 * Direct preference optimization gives what TRL's {@code DPOTrainer} gave for a LoRA adapter of
 * PEFT, whose parameters were drawn at random.
 */
class PreferenceTest {

    private static final Path MODEL = Path.of("src/test/resources/hub/tiny-llama");
    private static final Path RECORDED = Path.of("src/test/resources/preference");

    /** Sums of some ten logarithms of about 6, each rounded by 2^-24, times beta. */
    private static final double CLOSE = 1e-5;

    private static JsonObject expected() throws IOException {
        return JsonFiles.read(RECORDED.resolve("expected.json")).getAsJsonObject();
    }

    private static PreferenceData pairs() throws IOException {
        List<PreferenceData.Row> rows = new ArrayList<>();
        for (JsonElement element : expected().getAsJsonArray("pairs")) {
            JsonObject pair = element.getAsJsonObject();
            rows.add(
                    PreferenceData.Row.of(
                            pair.get("prompt").getAsString(),
                            pair.get("chosen").getAsString(),
                            pair.get("rejected").getAsString()));
        }
        return PreferenceData.of(rows);
    }

    @Test
    void lossGradientsAndMetricsAreThoseOfTrl() throws IOException {
        JsonObject expected = expected();
        PreferenceTask task = new PreferenceTask(new CausalLmTask(64, false), 0.1, 0);
        try (AdaptedModel model = AdaptedModel.open(MODEL);
                NDManager manager = model.model().getNDManager().newSubManager();
                SafetensorsFile gradients =
                        SafetensorsFile.open(RECORDED.resolve("gradients.safetensors"))) {
            AdapterDirectory.load(model, "peft", RECORDED.resolve("adapter"));
            model.activate("peft");

            Map<String, Double> metrics = task.measure(model, pairs(), 4).metrics();

            assertThat(metrics.keySet())
                    .containsExactly("loss", "rewards/accuracies", "rewards/margins", "perplexity");
            double loss = expected.get("loss").getAsDouble();
            assertThat(metrics.get("loss")).isCloseTo(loss, within(CLOSE));
            assertThat(metrics.get("rewards/accuracies")).isEqualTo(1 / 3.0);
            assertThat(metrics.get("rewards/margins"))
                    .isCloseTo(expected.get("margin").getAsDouble(), within(CLOSE));
            double perplexity = expected.get("perplexity").getAsDouble();
            assertThat(metrics.get("perplexity")).isCloseTo(perplexity, within(CLOSE * perplexity));

            PreferenceTask smoothed = new PreferenceTask(task.language(), 0.1, 0.2);
            double smoothedLoss = expected.get("smoothed").getAsDouble();
            assertThat(smoothed.measure(model, pairs(), 4).metrics().get("loss"))
                    .isCloseTo(smoothedLoss, within(CLOSE));

            try (Trainer trainer = TrainingStep.newTrainer(model, task.loss());
                    Batch batch =
                            task.dataset(model, pairs(), Batching.inOrder(3))
                                    .getData(manager)
                                    .iterator()
                                    .next()) {
                NDList logits = new NDList(ModelOutputs.logits(model.predict(batch.getData())));
                assertThat((double) smoothed.loss().evaluate(batch.getLabels(), logits).getFloat())
                        .isCloseTo(smoothedLoss, within(CLOSE));
                assertThat((double) task.backward(trainer, batch)).isCloseTo(loss, within(CLOSE));
                Map<String, NDArray> recorded = gradients.readAll(manager);
                Map<String, Parameter> parameters = model.adapter("peft").parameters();
                assertThat(parameters).hasSameSizeAs(recorded);
                for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
                    NDArray gradient = entry.getValue().getArray().getGradient();
                    String name = "base_model.model." + entry.getKey();
                    assertThat(gradient.toFloatArray())
                            .as(name)
                            .containsExactly(
                                    recorded.get(name).toFloatArray(), within((float) CLOSE));
                }
            }
        }
    }
}
