/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PreferenceFineTuningTest {

    private static final String LLAMA = "tiny-llama";

    /** Responses of up to six tokens, of logarithms that rounding changes by some 1e-6. */
    private static final double ROUNDING = 1e-5;

    @TempDir private Path folder;

    /** Short sums are preferred to long ones. */
    private static PreferenceData pairs() {
        return PreferenceData.of(
                IntStream.range(0, 8)
                        .mapToObj(i -> PreferenceData.Row.of(i + "+1=", i + 1 + "", i + "+1+0"))
                        .toList());
    }

    private FineTuner.Builder tuner(AdaptedModel model, LabelledData data) {
        AdapterConfig lora =
                LoraConfig.builder().optRank(4).optTargets(Targets.allLinear()).build();
        return Runs.builder(model, LLAMA, data, data, folder.resolve("adapter"))
                .setConfig(lora)
                .optBatchSize(4)
                .optLearningRate(2e-3)
                .optOverwrite(true);
    }

    @Test
    void prefersWhatIsChosenToWhatTheBaseModelFindsAsProbable() throws IOException {
        PreferenceData pairs = pairs();
        List<Double> losses = new ArrayList<>();
        ProgressListener first =
                new ProgressListener() {
                    @Override
                    public void onStep(int epoch, int step, double loss) {
                        losses.add(loss);
                    }
                };
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(LLAMA)) {
            result = tuner(model, pairs).optEpochs(8).optListener(first).build().run();
        }
        assertThat(losses.get(0)).isCloseTo(Math.log(2), within(ROUNDING));
        assertThat(result.startMetrics())
                .containsEntry("rewards/margins", 0.0)
                .containsEntry("rewards/accuracies", 0.0);
        assertThat(result.metrics().get("rewards/accuracies")).isEqualTo(1);
        assertThat(result.metrics().get("rewards/margins")).isGreaterThan(0.5);
        assertThat(result.metrics().get("loss")).isLessThan(0.5);
        assertThat(result.provenance().options())
                .containsEntry("task", "PREFERENCE")
                .containsEntry("metric", "loss")
                .containsEntry("beta", "0.1");

        try (AdaptedModel fresh = Runs.open(LLAMA)) {
            Path adapter = folder.resolve("adapter");
            assertThat(Evaluator.evaluate(fresh, adapter, pairs)).isEqualTo(result.metrics());
            // it is a language model still
            PromptData prompts = PromptData.of(List.of(PromptData.Row.of("1+1=", "2")));
            assertThat(Evaluator.evaluate(fresh, adapter, prompts))
                    .containsOnlyKeys("perplexity", "exact_match");
        }
    }

    /** The reference is computed anew, and is the same. */
    @Test
    void goesOnWithAKilledRunToTheSameResult() throws IOException {
        Map<String, float[]> whole = train(new Runs.Recorder());
        assertThatThrownBy(() -> train(new Runs.Recorder().stopAt(2, 2)))
                .isInstanceOf(Runs.StoppedException.class);

        Runs.Recorder recorder = new Runs.Recorder();
        assertThat(train(recorder)).usingRecursiveComparison().isEqualTo(whole);
        assertThat(recorder.notes).containsExactly("Resuming after epoch 1");
    }

    private Map<String, float[]> train(Runs.Recorder recorder) throws IOException {
        try (AdaptedModel model = Runs.open(LLAMA)) {
            tuner(model, pairs()).optEpochs(3).optListener(recorder).build().run();
            return Runs.values(model.adapter("default"));
        }
    }

    static Stream<Arguments> misfits() {
        PromptData prompts = PromptData.of(List.of(PromptData.Row.of("1+1=", "2")));
        return Stream.of(
                misfit(
                        LLAMA,
                        prompts,
                        tuner -> tuner.optTask(TaskKind.PREFERENCE),
                        "holds no preferences; give a table with the columns prompt, chosen,"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optTask(TaskKind.CAUSAL_LM),
                        "holds preferences; leave the task out, or choose preference"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optTask(TaskKind.CLASSIFICATION),
                        "holds prompts and responses, which train a language model"),
                misfit(
                        LLAMA,
                        prompts,
                        tuner -> tuner.optBeta(0.2),
                        "Beta weighs preferences against the base model, but this is causal"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optLabelSmoothing(0.5),
                        "The label smoothing of preferences must be less than 0.5, got 0.5"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optPacking(true),
                        "Packing is for prompts and responses, but this is preference"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optTrainOn(TrainedTurns.ALL),
                        "Turns to train on are those of conversations, but this is preference"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optMetric("exact_match"),
                        "has no metric 'exact_match'; choose one of loss, rewards/accuracies,"),
                misfit(
                        LLAMA,
                        pairs(),
                        tuner -> tuner.optMaxLength(8),
                        "row 1 of the data in memory: prompt and response have 11 tokens, but the"
                                + " maximum length is 8"),
                misfit(
                        "tiny-bert",
                        pairs(),
                        tuner -> tuner,
                        "not logits for the next token at every position"));
    }

    private static Arguments misfit(
            String model,
            LabelledData data,
            UnaryOperator<FineTuner.Builder> options,
            String message) {
        return Arguments.of(model, data, options, message);
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("misfits")
    void refusesWhatDoesNotFit(
            String name,
            LabelledData data,
            UnaryOperator<FineTuner.Builder> options,
            String message)
            throws IOException {
        try (AdaptedModel model = Runs.open(name)) {
            FineTuner tuner = options.apply(tuner(model, data)).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void refusesABetaThatIsNotPositive() {
        assertThatThrownBy(() -> FineTuner.builder().optBeta(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The beta must be positive, got 0");
    }
}
