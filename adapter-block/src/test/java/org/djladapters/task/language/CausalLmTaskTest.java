/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.Evaluator;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.tuning.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalLmTaskTest {

    /**
     * Logits of a batch and of a single text differ by roundings: sums of up to 320 products of
     * numbers near 1, each rounded by 2^-24.
     */
    private static final double TOLERANCE = 320 * Math.scalb(1.0, -24);

    private static final String[] SUMS = {"3+4= 7", "12+30+45= 87", "9= 9"};

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void lossIsThatOfEveryTextAlone(String name) throws IOException {
        PromptData data = Runs.prompts(folder.resolve("data.tsv"), SUMS);
        try (AdaptedModel model = Runs.open(name);
                NDManager manager = model.model().getNDManager().newSubManager()) {
            PromptDataset dataset =
                    new CausalLmTask(64, false).dataset(model, data, Batching.inOrder(3));
            try (Batch batch = dataset.getData(manager).iterator().next()) {
                NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
                NDArray loss = TaskLoss.ofTokens().evaluate(batch.getLabels(), new NDList(logits));

                double expected = Arrays.stream(losses(model, name)).average().orElseThrow();
                assertThat((double) loss.getFloat()).isEqualTo(expected, within(TOLERANCE));
            }
        }
    }

    /** The fingerprint by which an interrupted run is resumed depends on this order. */
    @Test
    void optionsAreRecordedInAFixedOrder() {
        assertThat(new CausalLmTask(64, true).options().keySet())
                .containsExactly("max_length", "chatTemplate");
    }

    @Test
    void onlyLogitsBeforeResponseTokensGetGradients() {
        float[] values = {1, 2, 0.5f, -1, 0, 3, 2, 2, 1, 0, -2, 1};
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray logits = manager.create(values, new Shape(2, 2, 3));
            logits.setRequiresGradient(true);
            NDList labels =
                    new NDList(
                            manager.create(new long[] {1, 2}), manager.create(new long[] {0, 2}));
            collector.backward(TaskLoss.ofTokens().evaluate(labels, new NDList(logits)));

            float[] gradient = logits.getGradient().toFloatArray();
            assertThat(Arrays.copyOfRange(gradient, 0, 3)).containsOnly(0);
            assertThat(Arrays.copyOfRange(gradient, 9, 12)).containsOnly(0);
            // softmax minus one at the token, over the number of tokens
            double sum = Math.exp(-1) + 1 + Math.exp(3);
            assertThat((double) gradient[3])
                    .isEqualTo((Math.exp(-1) / sum - 1) / 2, within(TOLERANCE));
            assertThat((double) gradient[4]).isEqualTo(1 / sum / 2, within(TOLERANCE));
            sum = 2 * Math.exp(2) + Math.exp(1);
            assertThat((double) gradient[8])
                    .isEqualTo((Math.exp(1) / sum - 1) / 2, within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void perplexityAndExactMatchAreThoseOfASimpleLoop(String name) throws IOException {
        PromptData learned = Runs.prompts(folder.resolve("learned.tsv"), SUMS);
        // The second response has one digit too many for what is learned, the third one too few.
        String[] rows = {"3+4= 7", "12+30+45= 879", "12+30+45= 8", "9= 9"};
        PromptData data = Runs.prompts(folder.resolve("data.tsv"), rows);
        try (AdaptedModel model = Runs.open(name)) {
            Runs.builder(model, name, learned, learned, folder.resolve("adapter"))
                    .setConfig(BaselineConfig.full())
                    .optEpochs(30)
                    .build()
                    .run();

            Map<String, Double> metrics =
                    new CausalLmTask(64, false).measure(model, data, 2).metrics();

            double sum = 0;
            int count = 0;
            int matches = 0;
            for (String row : rows) {
                String prompt = row.split(" ", -1)[0];
                int[] response = withEnd(name, ids(name, row.split(" ", -1)[1]));
                double[] losses = losses(model, name, prompt, response);
                sum += Arrays.stream(losses).sum();
                count += losses.length;
                if (Arrays.equals(greedy(model, name, prompt, response.length), response)) {
                    matches++;
                }
            }
            double perplexity = Math.exp(sum / count);
            assertThat(metrics.get("perplexity"))
                    .isEqualTo(perplexity, within(perplexity * TOLERANCE));
            assertThat(matches).isEqualTo(2);
            assertThat(metrics.get("exact_match")).isEqualTo(matches / 4.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void perplexityOfPlainTextIsThatOfASimpleLoop(String name) throws IOException {
        List<String> lines = List.of("12+30+45=87", "9=9", "7", "123456789", "3+4=7");
        Path file =
                Files.writeString(folder.resolve("texts.txt"), String.join("\n\n", lines) + "\n");
        int maxLength = 8;
        double sum = 0;
        int count = 0;
        try (AdaptedModel model = Runs.open(name)) {
            for (String line : lines) {
                boolean begins = name.equals("tiny-llama"); // with a token of its own
                String first = begins ? "" : line.substring(0, 1);
                int[] ids = ids(name, line.substring(first.length()));
                double[] losses =
                        losses(
                                model,
                                name,
                                first,
                                Arrays.copyOf(ids, Math.min(ids.length, maxLength - 1)));
                sum += Arrays.stream(losses).sum();
                count += losses.length;
            }
            Columns columns = new Columns();

            Map<String, Double> metrics =
                    Evaluator.evaluate(
                            model, LabelledData.read(file), OptionalInt.of(maxLength), columns);

            double perplexity = Math.exp(sum / count);
            assertThat(metrics.keySet()).containsExactly("perplexity", "loss");
            assertThat(metrics.get("perplexity"))
                    .isEqualTo(perplexity, within(perplexity * TOLERANCE));
            assertThat(Math.exp(metrics.get("loss")))
                    .isEqualTo(metrics.get("perplexity"), within(1e-9 * perplexity));
            assertThat(Arrays.stream(columns.tokens).sum()).isEqualTo(count);
            assertThat(columns.tokens[2]).isEqualTo(name.equals("tiny-llama") ? 1 : 0);
        }
    }

    private static final class Columns implements EvaluationListener {

        private double[] tokens;

        @Override
        public void onColumns(Map<String, double[]> columns) {
            tokens = columns.get("tokens");
        }
    }

    @Test
    void plainTextIsReadAlikeWithAndWithoutAnAdapterOfShorterPrompts() throws IOException {
        PromptData texts = PromptData.ofTexts(List.of("1+2+3+4+5+6+7+8=36", "9=9"));
        PromptData prompts = Runs.prompts(folder.resolve("data.tsv"), SUMS);
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = Runs.open("tiny-gpt2")) {
            Runs.builder(model, "tiny-gpt2", prompts, prompts, adapter)
                    .setConfig(BaselineConfig.full())
                    .optMaxLength(13)
                    .optEpochs(1)
                    .build()
                    .run();
            Columns active = new Columns();
            Map<String, Double> expected =
                    Evaluator.evaluate(model, texts, OptionalInt.empty(), active);
            model.delete("default");
            Columns loaded = new Columns();
            Columns base = new Columns();

            assertThat(Evaluator.evaluate(model, adapter, texts, loaded)).isEqualTo(expected);
            assertThat(Evaluator.evaluate(model, texts, OptionalInt.empty(), base))
                    .isNotEqualTo(expected);

            assertThat(active.tokens).containsExactly(17, 2);
            assertThat(loaded.tokens).containsExactly(17, 2);
            assertThat(base.tokens).containsExactly(17, 2);
        }
    }

    @Test
    void refusesPlainTextThatGivesNothingToPredictOrIsToTrainOn() throws IOException {
        try (AdaptedModel model = Runs.open("tiny-gpt2")) {
            PromptData single = PromptData.ofTexts(List.of("7", "8"));
            assertThatThrownBy(() -> new CausalLmTask(64, false).measure(model, single, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has a second token");
            assertThatThrownBy(() -> CausalLmTask.ofTexts(model, OptionalInt.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 2 tokens, got 1");
            assertThatThrownBy(
                            () ->
                                    new CausalLmTask(64, false)
                                            .dataset(model, single, Batching.inOrder(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("on which a language model is measured, not trained");
        }
        Path blank = Files.writeString(folder.resolve("blank.txt"), "\n \n");
        assertThatThrownBy(() -> LabelledData.read(blank))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no text");
    }

    @Test
    void aTableMayEndInTxt() throws IOException {
        Path file = Files.writeString(folder.resolve("t.txt"), "prompt\tresponse\n3+4=\t7\n");

        PromptData data = (PromptData) LabelledData.read(file);

        assertThat(data.arePlainTexts()).isFalse();
        assertThat(data.rows().get(0).prompt()).isEqualTo("3+4=");
    }

    @Test
    void refusesTextsThatAreTooLong() throws IOException {
        PromptData data = Runs.prompts(folder.resolve("data.tsv"), SUMS);
        try (AdaptedModel model = Runs.open("tiny-llama")) {
            // the start token, nine characters, two digits, the end token
            new CausalLmTask(13, false).dataset(model, data, Batching.inOrder(2));
            assertThatThrownBy(
                            () ->
                                    new CausalLmTask(12, false)
                                            .dataset(model, data, Batching.inOrder(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "data.tsv', line 3: prompt and response have 13 tokens, but the"
                                    + " maximum length is 12 (as in 1 of 3 examples)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-bert-classifier"})
    void refusesModelsWithoutLogitsForEveryPlace(String name) throws IOException {
        PromptData data = Runs.prompts(folder.resolve("data.tsv"), SUMS);
        try (AdaptedModel model = Runs.open(name)) {
            assertThatThrownBy(
                            () ->
                                    new CausalLmTask(64, false)
                                            .dataset(model, data, Batching.inOrder(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not logits for the next token at every position");
        }
    }

    @Test
    void refusesLabelsAndModelsWithoutTokenizer() throws IOException {
        TextData labels = Runs.texts(folder.resolve("labels.tsv"), 4, "no", "yes");
        PromptData data = Runs.prompts(folder.resolve("data.tsv"), SUMS);
        try (AdaptedModel model = Runs.open("tiny-llama")) {
            assertThatThrownBy(() -> new CausalLmTask(64, false).measure(model, labels, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "labels.tsv' holds labels, but a language model is" + " trained on");
        }
        Path bare = Files.createDirectory(folder.resolve("bare"));
        for (String file : List.of("tiny-llama.pt", "config.json")) {
            Files.copy(Path.of("src/test/resources/models/tiny-llama", file), bare.resolve(file));
        }
        try (AdaptedModel model = AdaptedModel.open(bare)) {
            assertThatThrownBy(() -> new CausalLmTask(64, false).measure(model, data, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no tokenizer.json");
        }
    }

    /** The losses of all response tokens of the sums, each text alone. */
    private static double[] losses(AdaptedModel model, String name) {
        return Arrays.stream(SUMS)
                .map(row -> row.split(" ", -1))
                .map(row -> losses(model, name, row[0], withEnd(name, ids(name, row[1]))))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static double[] losses(
            AdaptedModel model, String name, String prompt, int... response) {
        List<Integer> text = start(name, prompt);
        List<Double> losses = new ArrayList<>();
        for (int token : response) {
            double[] logits = next(model, text);
            double largest = Arrays.stream(logits).max().orElseThrow();
            double sum = Arrays.stream(logits).map(z -> Math.exp(z - largest)).sum();
            losses.add(Math.log(sum) + largest - logits[token]);
            text.add(token);
        }
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int[] greedy(AdaptedModel model, String name, String prompt, int count) {
        List<Integer> text = start(name, prompt);
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) {
            double[] logits = next(model, text);
            for (int token = 0; token < logits.length; token++) {
                tokens[i] = logits[token] > logits[tokens[i]] ? token : tokens[i];
            }
            text.add(tokens[i]);
        }
        return tokens;
    }

    /** The logits after the last token of a text, in double precision from there on. */
    private static double[] next(AdaptedModel model, List<Integer> text) {
        long[] ids = text.stream().mapToLong(Integer::longValue).toArray();
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            Shape shape = new Shape(1, ids.length);
            NDList inputs = new NDList(scope.create(ids, shape), scope.create(mask, shape));
            float[] last = model.predict(inputs).get(0).get(0).get(ids.length - 1).toFloatArray();
            double[] logits = new double[last.length];
            for (int i = 0; i < last.length; i++) {
                logits[i] = last[i];
            }
            return logits;
        }
    }

    /** LLaMA's texts begin with a token, GPT-2's do not. */
    private static List<Integer> start(String name, String prompt) {
        List<Integer> text = new ArrayList<>();
        if (name.equals("tiny-llama")) {
            text.add(1);
        }
        Arrays.stream(ids(name, prompt)).forEach(text::add);
        return text;
    }

    private static int[] withEnd(String name, int... response) {
        int[] tokens = Arrays.copyOf(response, response.length + 1);
        tokens[response.length] = name.equals("tiny-llama") ? 2 : 0;
        return tokens;
    }

    /** Digits and signs are tokens of their own, which follow the special ones from '!' on. */
    private static int[] ids(String name, String text) {
        int first = name.equals("tiny-llama") ? 3 : 1;
        return text.chars().map(c -> c - '!' + first).toArray();
    }
}
