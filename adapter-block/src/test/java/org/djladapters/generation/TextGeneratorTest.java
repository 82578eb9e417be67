/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.data.PromptData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextGeneratorTest {

    private static final List<String> PROMPTS = List.of("3+4=", "1+1+1+1=", "9=", "5+6=");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void takesTheLargestLogitStepByStep(String name) throws IOException {
        List<int[]> prompts = List.of(new int[] {5, 9, 14}, new int[] {7}, new int[] {20, 3});
        int[] limits = {4, 6, 1};
        try (AdaptedModel model = Runs.open(name)) {
            LanguageModel language = LanguageModel.of(model);
            List<int[]> answers = language.generate(prompts, limits, 2);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(answers.get(i)).isEqualTo(stepByStep(model, prompts.get(i), limits[i]));
            }
        }
    }

    @Test
    void endsAtTheEndTokenAndLeavesItOut() throws IOException {
        int[] prompt = {5, 9, 14};
        try (AdaptedModel model = Runs.open("tiny-llama")) {
            int[] tokens = stepByStep(model, prompt, 5);
            int end = tokens[3];
            int[] before = Arrays.stream(tokens).takeWhile(token -> token != end).toArray();
            LanguageModel language = LanguageModel.of(model);

            List<int[]> prompts = List.of(prompt);
            int[] limit = {5};
            assertThat(language.generate(prompts, limit, 1, Set.of(end)).get(0)).isEqualTo(before);
            assertThat(language.generate(prompts, limit, 1, Set.of()).get(0)).isEqualTo(tokens);
        }
    }

    @Test
    void answersWithWhatIsActive() throws IOException {
        PromptData data =
                Runs.prompts(folder.resolve("data.tsv"), "3+4= 7", "1+1+1+1= 4", "9= 9", "5+6= 11");
        try (AdaptedModel model = Runs.open("tiny-llama");
                TextGenerator generator = TextGenerator.open(model)) {
            List<String> before = generator.generate(PROMPTS, 3);
            Runs.builder(model, "tiny-llama", data, data, folder.resolve("adapter"))
                    .setConfig(BaselineConfig.full())
                    .optEpochs(40)
                    .build()
                    .run();

            assertThat(generator.generate(PROMPTS, 3)).containsExactly("7", "4", "9", "11");
            assertThat(generator.generate(PROMPTS, 1)).containsExactly("7", "4", "9", "1");
            AdaptedModel.Scope base = model.disable();
            try (base) {
                assertThat(generator.generate(PROMPTS, 3)).isEqualTo(before);
            }
            model.merge("default");
            assertThat(generator.generate(PROMPTS, 3)).containsExactly("7", "4", "9", "11");
        }
    }

    @Test
    void keepsNoArrays() throws IOException {
        try (AdaptedModel model = Runs.open("tiny-gpt2");
                TextGenerator generator = TextGenerator.open(model)) {
            NDManager own = model.model().getNDManager();
            NDManager host = model.baseParameters().values().iterator().next().getManager();
            generator.generate(PROMPTS, 2);
            int before = own.getManagedArrays().size() + host.getManagedArrays().size();
            generator.generate(PROMPTS, 5);
            assertThat(own.getManagedArrays().size() + host.getManagedArrays().size())
                    .isEqualTo(before);
        }
    }

    @Test
    void refusesWhatTheModelCanNotTake() throws IOException {
        try (AdaptedModel model = Runs.open("tiny-llama");
                TextGenerator generator = TextGenerator.open(model)) {
            List<String> prompts = List.of("1=", "1+".repeat(30) + "1=");
            assertThatThrownBy(() -> generator.generate(prompts, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Prompt 2 has 63 tokens, which with 2 new ones is more than the 64 that"
                                    + " the model takes; shorten it or ask for fewer");
            assertThat(generator.generate(prompts, 1)).hasSize(2);
            assertThatThrownBy(() -> generator.generate(prompts, 0))
                    .hasMessageContaining("at least 1, got 0");
        }
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            assertThatThrownBy(() -> TextGenerator.open(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not logits for the next token");
        }
    }

    @Test
    void refusesModelsThatSeeWhatComesLater() throws IOException {
        String source =
                """
                class Top(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = []
                  weight : Tensor
                  training : bool
                  def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
                    x = torch.embedding(self.weight, input_ids)
                    y = torch.add(x, torch.mean(x, [1], True))
                    return {"logits": torch.linear(y, self.weight)}
                """;
        ByteBuffer weight = ByteBuffer.allocate(4 * 32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 32; i++) {
            weight.putFloat(4 * i, i % 7 - 3);
        }
        ScriptArchive.builder("Top", source)
                .optTensor("weight", DataType.FLOAT32, new Shape(8, 4), weight)
                .write(folder.resolve("model.pt"));
        try (AdaptedModel model = AdaptedModel.open(folder)) {
            assertThatThrownBy(() -> TextGenerator.open(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("logits depend on later tokens");
        }
    }

    /** Continues one text alone by the largest of the last logits, found by a loop. */
    private static int[] stepByStep(AdaptedModel model, int[] prompt, int count) {
        List<Long> text = new ArrayList<>();
        Arrays.stream(prompt).forEach(token -> text.add((long) token));
        for (int step = 0; step < count; step++) {
            try (NDManager scope = model.model().getNDManager().newSubManager()) {
                long[] ids = text.stream().mapToLong(Long::longValue).toArray();
                long[] mask = new long[ids.length];
                Arrays.fill(mask, 1);
                NDList inputs =
                        new NDList(
                                scope.create(new long[][] {ids}),
                                scope.create(new long[][] {mask}));
                float[] logits =
                        model.predict(inputs).get(0).get(0).get(ids.length - 1).toFloatArray();
                int best = 0;
                for (int token = 1; token < logits.length; token++) {
                    best = logits[token] > logits[best] ? token : best;
                }
                text.add((long) best);
            }
        }
        return text.stream().skip(prompt.length).mapToInt(Long::intValue).toArray();
    }
}
