/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalFineTuningTest {

    private static final String LLAMA = "tiny-llama";

    /** Two inputs and two arrays that name the response tokens. */
    private static final int ARRAYS_OF_A_BATCH = 4;

    @TempDir private Path folder;
    private Path output;
    private PromptData sums;

    @BeforeEach
    void makeData() throws IOException {
        output = folder.resolve("adapter");
        sums = Runs.sums(folder.resolve("sums.tsv"), 12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void learnsSumsByHeart(String name) throws IOException {
        PromptData few = Runs.sums(folder.resolve("few.tsv"), 6);
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(name)) {
            Map<String, float[]> base = Runs.base(model);
            result =
                    Runs.builder(model, name, few, few, output)
                            .setConfig(BaselineConfig.full())
                            .optTask(TaskKind.CAUSAL_LM)
                            .optEpochs(40)
                            .build()
                            .run();
            model.delete("default");
            assertThat(Runs.base(model)).usingRecursiveComparison().isEqualTo(base);
        }
        assertThat(result.metrics().get("perplexity")).isBetween(1.0, 1.5);
        assertThat(result.metrics().get("exact_match")).isEqualTo(1);
        assertThat(result.adapterParameters()).isEqualTo(result.trainableParameters());
        assertThat(result.provenance().options())
                .containsEntry("task", "CAUSAL_LM")
                .containsEntry("metric", "perplexity")
                .containsEntry("max_length", "64")
                .doesNotContainKeys("pooling", "head_learning_rate");
        try (AdaptedModel fresh = Runs.open(name)) {
            assertThat(Evaluator.evaluate(fresh, output, few)).isEqualTo(result.metrics());
            assertThat(fresh.names()).isEmpty();
        }
        assertThat(output.resolve("provenance.json")).exists();
        assertThat(output.resolve("labels.json")).doesNotExist();
    }

    /** Keys and values of grouped queries are half as wide as queries. */
    @ParameterizedTest
    @ValueSource(strings = {"compound", "lora", "oft", "boft", "ia3", "vera", "full"})
    void everyMethodTrainsAllLayersAndMerges(String method) throws IOException {
        String[] layers = {
            "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"
        };
        AdapterConfig all = Methods.defaultConfig(method);
        AdapterConfig config = method.equals("full") ? all : all.withTargets(Targets.of(layers));
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(LLAMA);
                NDManager scope = model.model().getNDManager().newSubManager()) {
            NDList texts =
                    new NDList(
                            ids(scope),
                            scope.create(new long[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 1, 0}}));
            float[] base = model.predict(texts).get(0).toFloatArray();
            Runs.builder(model, LLAMA, sums, sums, output)
                    .setConfig(config)
                    .optEpochs(6)
                    .optLearningRate(0.02)
                    .optListener(recorder)
                    .build()
                    .run();
            assertThat(recorder.notes).isEmpty();
            assertThat(recorder.losses.get(5)).isLessThan(0.95 * recorder.losses.get(0));
            if (!method.equals("full")) {
                assertThat(model.adapter("default").targetModules()).hasSize(2 * layers.length);
            }
            float[] adapted = model.predict(texts).get(0).toFloatArray();
            assertThat(adapted).isNotEqualTo(base);
            model.merge("default");
            assertThat(model.predict(texts).get(0).toFloatArray()).isEqualTo(adapted);
            model.unmerge();
            model.delete("default");
            assertThat(model.predict(texts).get(0).toFloatArray()).isEqualTo(base);
        }
    }

    private static NDArray ids(NDManager manager) {
        return manager.create(new long[][] {{1, 21, 13, 22, 31}, {1, 25, 31, 9, 0}});
    }

    @Test
    void theEpochOfLeastPerplexityIsTheBest() throws IOException {
        PromptData dev = Runs.sums(folder.resolve("dev.tsv"), 30);
        List<Double> perplexities = new ArrayList<>();
        List<Boolean> best = new ArrayList<>();
        ProgressListener listener =
                new ProgressListener() {
                    @Override
                    public void onEpoch(
                            int epoch, double loss, Map<String, Double> metrics, boolean isBest) {
                        perplexities.add(metrics.get("perplexity"));
                        best.add(isBest);
                    }
                };
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuningResult result =
                    Runs.builder(model, LLAMA, sums, dev, output)
                            .setConfig(BaselineConfig.full())
                            .optEpochs(15)
                            .optListener(listener)
                            .build()
                            .run();
            double least = perplexities.stream().mapToDouble(p -> p).min().orElseThrow();
            // what is learned by heart does not help with other sums for ever
            assertThat(perplexities.get(14)).isGreaterThan(least);
            assertThat(result.metrics().get("perplexity")).isEqualTo(least);
            assertThat(result.bestEpoch()).isEqualTo(perplexities.indexOf(least) + 1);
            assertThat(best.lastIndexOf(true)).isEqualTo(perplexities.indexOf(least));
        }
    }

    @Test
    void exactMatchMayDecide() throws IOException {
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuningResult result =
                    Runs.builder(model, LLAMA, sums, sums, output)
                            .optOverwrite(true)
                            .setConfig(BaselineConfig.full())
                            .optEpochs(2)
                            .optMetric("exact_match")
                            .build()
                            .run();
            assertThat(result.provenance().options()).containsEntry("metric", "exact_match");
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, LLAMA, sums, sums, output)
                                            .optOverwrite(true)
                                            .optName("other")
                                            .optMetric("accuracy")
                                            .build()
                                            .run())
                    .hasMessage(
                            "A causal language model has no metric 'accuracy'; choose one of"
                                    + " perplexity, exact_match");
        }
    }

    @Test
    void goesOnWithAKilledRunToTheSameResult() throws IOException {
        Map<String, float[]> whole = train(new Runs.Recorder());
        assertThatThrownBy(() -> train(new Runs.Recorder().stopAt(3, 2)))
                .isInstanceOf(Runs.StoppedException.class);

        Runs.Recorder recorder = new Runs.Recorder();
        assertThat(train(recorder)).usingRecursiveComparison().isEqualTo(whole);
        assertThat(recorder.notes).containsExactly("Resuming after epoch 2");
        assertThat(recorder.epochs).containsExactly(3, 4);
    }

    private Map<String, float[]> train(Runs.Recorder recorder) throws IOException {
        CompoundConfig config =
                CompoundConfig.builder().optOrders(1).optBlockSize(8).optModuleDropout(0.3).build();
        try (AdaptedModel model = Runs.open(LLAMA)) {
            Runs.builder(model, LLAMA, sums, sums, output)
                    .optOverwrite(true)
                    .setConfig(config)
                    .optEpochs(4)
                    .optListener(recorder)
                    .build()
                    .run();
            return Runs.values(model.adapter("default"));
        }
    }

    @Test
    void releasesTheArraysOfEachStep() throws IOException {
        PromptData data = Runs.sums(folder.resolve("more.tsv"), 24);
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuner.Builder tuner = Runs.builder(model, LLAMA, data, data, output);
            Runs.assertReleasesArrays(model, tuner, ARRAYS_OF_A_BATCH);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "bitfit"})
    void refusesMethodsThatFindNothingToTrain(String method) throws IOException {
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuner tuner =
                    Runs.builder(model, LLAMA, sums, sums, output)
                            .setConfig(Methods.defaultConfig(method))
                            .build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The method '%s' has no trainable parameters", method);
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void trainsTheModelsOwnHeadWhereAsked() throws IOException {
        AdapterConfig config = BaselineConfig.head().withModulesToSave(List.of("lm_head"));
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuningResult result =
                    Runs.builder(model, LLAMA, sums, sums, output).setConfig(config).build().run();
            assertThat(result.trainableParameters()).isEqualTo(320 * 32);
        }
    }

    @Test
    void refusesDataOfAnotherKind() throws IOException {
        TextData labels = Runs.texts(folder.resolve("labels.tsv"), 8, "no", "yes");
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuner.Builder asked = Runs.builder(model, LLAMA, labels, labels, output);
            assertThatThrownBy(() -> asked.optTask(TaskKind.CAUSAL_LM).build().run())
                    .hasMessageContaining(
                            "labels.tsv' holds labels, but a language model is" + " trained on");
            FineTuner.Builder other = Runs.builder(model, LLAMA, sums, sums, output);
            assertThatThrownBy(() -> other.optTask(TaskKind.CLASSIFICATION).build().run())
                    .hasMessageContaining("sums.tsv' holds prompts and responses");
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, LLAMA, sums, sums, output)
                                            .optPooling(HeadConfig.Pooling.CLS)
                                            .build()
                                            .run())
                    .hasMessageContaining("The task causal language model does not pool");
            FineTuner mixed = Runs.builder(model, LLAMA, sums, labels, output).build();
            assertThatThrownBy(mixed::run)
                    .hasMessageContaining(
                            "labels.tsv' holds labels, but a language model is" + " trained on");
            assertThat(model.names()).isEmpty();
        }
        try (AdaptedModel bert = Runs.open("tiny-bert")) {
            Runs.builder(bert, "tiny-bert", labels, labels, output).optEpochs(1).build().run();
            assertThatThrownBy(() -> Evaluator.evaluate(bert, output, sums))
                    .hasMessageContaining("sums.tsv' holds prompts and responses");
        }
    }

    @Test
    void stopsWhereTheTrainingDiverges() throws IOException {
        try (AdaptedModel model = Runs.open(LLAMA)) {
            FineTuner tuner =
                    Runs.builder(model, LLAMA, sums, sums, output).optLearningRate(1e30).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("a learning rate is too high (1e30), try");
        }
    }
}
