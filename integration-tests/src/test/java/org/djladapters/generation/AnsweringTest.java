/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.PromptData;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose encoder reads prompts and whose decoder answers them. */
class AnsweringTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final Path T5 = HUB.resolve("tiny-t5");

    /** Float32 with other orders of summation; relative to the largest logit. */
    private static final double TOLERANCE = 1e-5;

    private static final List<PromptData.Row> ROWS =
            List.of(PromptData.Row.of("2+7=", "ni"), PromptData.Row.of("add,", "or"));

    @TempDir private Path folder;

    private static NDArray read(Path model, String tensor, NDManager manager) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(model.resolve("expected.safetensors"))) {
            return file.read(manager, tensor);
        }
    }

    /** The rows of a tensor, those that are padded at the right without their padding. */
    private static List<int[]> rows(NDArray ids, NDArray mask) {
        List<int[]> rows = new ArrayList<>();
        for (int row = 0; row < ids.getShape().get(0); row++) {
            int length =
                    (int) (mask == null ? ids.getShape().get(1) : mask.get(row).sum().getLong());
            rows.add(
                    Arrays.stream(ids.get(row).toLongArray())
                            .limit(length)
                            .mapToInt(Math::toIntExact)
                            .toArray());
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-t5", "t5-answers-gated", "mt5-answers"})
    void theGreedyTokensAreThoseOfTransformers(String name) throws IOException {
        Path directory = HUB.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            List<int[]> prompts =
                    rows(
                            read(directory, "prompt.input_ids", manager),
                            read(directory, "prompt.attention_mask", manager));
            List<int[]> texts = rows(read(directory, "generated.input_ids", manager), null);
            LanguageModel language = LanguageModel.of(model);
            language.check();
            int[] limits = {8, 3, 5}; // texts leave the batch
            List<int[]> generated =
                    language.generate(prompts, limits, 3, Set.of(), GenerationOptions.DEFAULT);
            for (int row = 0; row < limits.length; row++) {
                int[] expected = Arrays.copyOfRange(texts.get(row), 1, 1 + limits[row]);
                assertThat(generated.get(row)).isEqualTo(expected);
                assertThat(language.beginning(prompts.get(row))).containsExactly(texts.get(row)[0]);
            }
        }
    }

    @Test
    void afterAChangeOfAdaptersPromptAndAnswerAreReadAgain() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(T5);
                NDManager scope = NDManager.newBaseManager("PyTorch");
                DecoderSession cached = DecoderSession.open(model);
                DecoderSession whole = new UncachedSession(model.inputNames(), model::predict)) {
            assertThat(cached).isInstanceOf(CachedSession.class);
            NDArray ids = scope.create(new long[] {7, 9, 4, 1, 0, 0, 5, 1}, new Shape(2, 4));
            NDArray mask = scope.create(new long[] {1, 1, 1, 1, 0, 0, 1, 1}, new Shape(2, 4));
            cached.read(ids, mask);
            whole.read(ids, mask);
            NDArray tokens = scope.create(new long[] {0, 0}, new Shape(2, 1));
            for (int step = 1; step < 5; step++) {
                if (step == 3) {
                    AdapterDirectory.load(model, "lora", T5.resolve("peft"));
                }
                NDArray all = scope.create(new long[2 * step], new Shape(2, step)).add(1);
                NDArray logits = cached.next(tokens, all);
                assertClose(logits, whole.next(tokens, all));
                tokens = logits.argMax(1).reshape(2, 1);
            }
        }
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        float largest = expected.abs().max().getFloat();
        float difference = actual.sub(expected).abs().max().getFloat();
        assertThat(difference / largest).isLessThan((float) TOLERANCE);
    }

    @Test
    void anAdapterOfPeftGivesItsLogitsAndIsSavedAsItWas() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(T5);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "lora", T5.resolve("peft"));
            Supplier<NDList> inputs =
                    () -> {
                        NDList list = new NDList();
                        for (String name : model.inputNames()) {
                            try {
                                list.add(read(T5, "input." + name, manager));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }
                        return list;
                    };
            NDArray expected = read(T5, "adapted.logits", manager);
            assertClose(model.predict(inputs.get()).get(0), expected);

            Path saved = folder.resolve("saved");
            AdapterDirectory.save(model, "lora", saved);
            String weights = "adapter_model.safetensors";
            try (SafetensorsFile ours = SafetensorsFile.open(saved.resolve(weights));
                    SafetensorsFile peft = SafetensorsFile.open(T5.resolve("peft/" + weights))) {
                assertThat(ours.tensors().keySet()).isEqualTo(peft.tensors().keySet());
            }
        }
    }

    @Test
    void batchesHaveTheAnswersBehindTheStartToken() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(T5);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            PromptDataset data =
                    PromptDataset.builder()
                            .setInputs(model.inputNames())
                            .setModel(model.directory().orElseThrow())
                            .setData(
                                    PromptData.of(
                                            List.of(ROWS.get(0), PromptData.Row.of("a", "b"))))
                            .build();
            Batch batch = data.getData(manager).iterator().next();
            PromptDataset.Example first = data.examples().get(0);
            assertThat(first.prompt()).endsWith(1); // the end token of a text
            assertThat(first.response()).hasSize(4).endsWith(1); // a space is a token
            NDArray read = batch.getData().get(model.inputNames().indexOf("decoder_input_ids"));
            assertThat(read.getShape()).isEqualTo(new Shape(2, 4));
            int row = batch.getIndices().indexOf(0);
            long[] expected = new long[4];
            for (int i = 0; i < 3; i++) {
                expected[i + 1] = first.response()[i];
            }
            assertThat(read.get(row).toLongArray()).isEqualTo(expected);
            assertThat(batch.getLabels().get(0).size()).isEqualTo(4 + 3);
            assertThat(batch.getLabels().get(0).max().getLong()).isLessThan(8);
        }
    }

    @Test
    void learnsAnswersByHeartAndAnswersWithThem() throws IOException {
        PromptData data = PromptData.of(ROWS);
        List<PromptData.Row> all =
                Collections.nCopies(60, ROWS).stream().flatMap(List::stream).toList();
        PromptData repeated = PromptData.of(all); // batches of all rows, which are equally long
        Path adapter = folder.resolve("adapter");
        List<String> prompts = ROWS.stream().map(PromptData.Row::prompt).toList();
        List<String> answers = ROWS.stream().map(PromptData.Row::response).toList();
        try (AdaptedModel model = AdaptedModel.open(T5)) {
            FineTuningResult result =
                    FineTuner.builder()
                            .setModel(model)
                            .setConfig(BaselineConfig.full())
                            .setTrain(repeated)
                            .setDev(data)
                            .setOutput(adapter)
                            .optEpochs(8)
                            .optBatchSize(8)
                            .optLearningRate(0.02f)
                            .build()
                            .run();
            assertThat(result.metrics().get("exact_match")).isEqualTo(1);
            try (TextGenerator generator = TextGenerator.open(model)) {
                assertThat(generator.generate(prompts, 9)).isEqualTo(answers);
                GeneratedText one =
                        generator.run(
                                generator.tokens("2+7="), GenerationOptions.DEFAULT, piece -> {});
                assertThat(one.text()).isEqualTo("ni");
                assertThat(one.ending()).isEqualTo("end_token");
                assertThat(one.promptTokens()).isEqualTo(6);
            }
        }
    }

    @Test
    void refusesWhatIsNoAnswer() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(T5)) {
            FineTuner.Builder tuner =
                    FineTuner.builder()
                            .setModel(model)
                            .setConfig(LoraConfig.builder().build())
                            .setOutput(folder.resolve("adapter"));
            TextData labels =
                    TextData.of(List.of(TextData.Row.of("yes", "a"), TextData.Row.of("no", "b")));
            assertThatThrownBy(() -> tuner.setTrain(labels).setDev(labels).build().run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The model answers texts with texts");
            PromptData texts = PromptData.ofTexts(List.of("abc", "def"));
            assertThatThrownBy(
                            () ->
                                    PromptDataset.builder()
                                            .setInputs(model.inputNames())
                                            .setModel(model.directory().orElseThrow())
                                            .setData(texts)
                                            .build())
                    .hasMessageContaining("goes on from no text");
        }
        Path copy = Files.createDirectories(folder.resolve("startless"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(T5.resolve(file), copy.resolve(file));
        }
        Path config = copy.resolve("config.json");
        String told = Files.readString(config);
        String start = "\"decoder_start_token_id\": 0,";
        Map<String, String> wrong =
                Map.of(
                        "",
                        "has no entry decoder_start_token_id",
                        start.replace("0", "999"),
                        "decoder_start_token_id is 999 where a token that the model knows is");
        for (Map.Entry<String, String> entry : wrong.entrySet()) {
            Files.writeString(config, told.replace(start, entry.getKey()));
            try (AdaptedModel model = AdaptedModel.open(copy)) {
                assertThatThrownBy(() -> TextGenerator.open(model))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(entry.getValue());
            }
        }
    }
}
