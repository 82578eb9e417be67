/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.ChatMessage;
import org.djladapters.data.PromptData;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.generation.TextGenerator;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint learns conversations, written by its chat template. It knows digits and capitals,
 * but neither spaces nor pairs of letters.
 */
class ChatFineTuningTest {

    private static final Path LLAMA = Path.of("src/test/resources/hub/tiny-llama");

    private static final String TEMPLATE =
            "{{ bos_token }}{% for m in messages %}[{{ (m.role|upper)[0] }}]{{ m.content }}{{"
                    + " eos_token }}!{% endfor %}{% if add_generation_prompt %}[A]{% endif %}";

    private static final String LINES =
            """
            {"messages": [{"role": "user", "content": "3+4="}, {"role": "assistant", "content": "7"}]}
            {"messages": [{"role": "user", "content": "9="}, {"role": "assistant", "content": "9*1"}]}
            {"messages": [{"role": "system", "content": "+"}, \
            {"role": "user", "content": "5+6="}, {"role": "assistant", "content": "11"}]}
            """;

    @TempDir private Path folder;
    private Path checkpoint;
    private PromptData data;

    @BeforeEach
    void makeModelAndData() throws IOException {
        checkpoint = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(LLAMA)) {
            for (Path file : files.toList()) {
                Files.copy(file, checkpoint.resolve(file.getFileName().toString()));
            }
        }
        data = PromptData.read(Files.writeString(folder.resolve("data.jsonl"), LINES));
    }

    private void template(String template) throws IOException {
        Files.writeString(checkpoint.resolve("chat_template.jinja"), template);
    }

    private FineTuner.Builder tuner(AdaptedModel model) {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(BaselineConfig.full())
                .setTrain(data)
                .setDev(data)
                .setOutput(folder.resolve("adapter"))
                .optTask(TaskKind.CAUSAL_LM)
                .optLearningRate(0.02)
                .optEpochs(40);
    }

    @Test
    void learnsConversationsByHeart() throws IOException {
        template(TEMPLATE);
        FineTuningResult result;
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            result = tuner(model).build().run();
        }
        assertThat(result.metrics().get("exact_match")).isEqualTo(1);
        assertThat(CausalLmTask.knowsChatTemplate(folder.resolve("adapter"))).isTrue();
        try (AdaptedModel fresh = AdaptedModel.open(checkpoint);
                TextGenerator generator = TextGenerator.open(fresh)) {
            assertThat(Evaluator.evaluate(fresh, folder.resolve("adapter"), data))
                    .isEqualTo(result.metrics());
            AdapterDirectory.load(fresh, "sums", folder.resolve("adapter"));
            fresh.activate("sums");
            GenerationOptions options = GenerationOptions.builder().optMaxNewTokens(8).build();
            assertThat(generator.chat(List.of(ChatMessage.user("9=")), options)).isEqualTo("9*1");
            assertThat(
                            generator.chat(
                                    List.of(ChatMessage.system("+"), ChatMessage.user("5+6=")),
                                    options))
                    .isEqualTo("11");
        }
    }

    @Test
    void aResponseEndsWithTheTokenThatEndsATurn() throws IOException {
        template(TEMPLATE);
        try (AdaptedModel model = AdaptedModel.open(checkpoint);
                TextGenerator generator = TextGenerator.open(model)) {
            PromptDataset dataset =
                    new CausalLmTask(64, true).dataset(model, data, Batching.inOrder(2));

            PromptDataset.Example last = dataset.examples().get(2);
            // what the tokenizer puts in front is what the template begins with
            assertThat(last.prompt()).isEqualTo(generator.tokens("[S]+</s>![U]5+6=</s>![A]"));
            assertThat(last.response()).containsExactly(19, 19, 2);
        }
    }

    private static PromptData conversation() {
        return PromptData.of(
                List.of(
                        PromptData.Row.of(
                                List.of(
                                        ChatMessage.system("+"),
                                        ChatMessage.user("3+4="),
                                        ChatMessage.assistant("7"),
                                        ChatMessage.user("9="),
                                        ChatMessage.assistant("9*1")))));
    }

    /** As the first turn would be with a line of its own. */
    @Test
    void allTurnsOfTheAssistantCanBeLearned() throws IOException {
        template(
                TEMPLATE.replace(
                        "{{ m.content }}", "{% generation %}{{ m.content }}{% endgeneration %}"));
        try (AdaptedModel model = AdaptedModel.open(checkpoint);
                NDManager manager = model.model().getNDManager().newSubManager();
                TextGenerator generator = TextGenerator.open(model)) {
            PromptDataset dataset =
                    new CausalLmTask(64, true, TrainedTurns.ALL, false)
                            .dataset(model, conversation(), Batching.inOrder(1));
            int first = generator.tokens("[S]+</s>![U]3+4=</s>![A]").length;
            int[] prompt = generator.tokens("[S]+</s>![U]3+4=</s>![A]7</s>![U]9=</s>![A]");
            PromptDataset.Example example = dataset.examples().get(0);
            assertThat(example.prompt()).isEqualTo(prompt);
            assertThat(example.earlier()).containsExactly(first, first + 1);
            try (Batch batch = dataset.getData(manager).iterator().next()) {
                assertThat(batch.getLabels().get(0).toLongArray())
                        .startsWith(first - 1, first, prompt.length - 1)
                        .hasSize(2 + example.response().length);
                assertThat(batch.getLabels().get(1).toLongArray())
                        .startsWith(prompt[first], 2, example.response()[0]);
            }
            data = conversation();
            FineTuningResult result =
                    tuner(model).optTrainOn(TrainedTurns.ALL).optEpochs(1).build().run();
            assertThat(result.provenance().options()).containsEntry("train_on", "ALL");
            assertThat(Evaluator.evaluate(model, folder.resolve("adapter"), data))
                    .isEqualTo(result.metrics());
        }
    }

    @Test
    void turnsThatAreWrittenOtherwiseWhenOthersFollowAreNotLearned() throws IOException {
        template(
                TEMPLATE.replace(
                        "{{ m.content }}",
                        "{% if loop.last and m.role == 'assistant' %}*{% endif %}{{ m.content }}"));
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            data = conversation();
            FineTuner tuner = tuner(model).optTrainOn(TrainedTurns.ALL).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 1 of the data in memory: The chat template")
                    .hasMessageEndingWith("train on the last turn alone");
        }
    }

    @Test
    void withoutTheTemplateConversationsAreRefused() throws IOException {
        String message =
                "data.jsonl', line 1: A conversation needs a chat template, which the model lacks"
                        + " or was asked to leave out";
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            FineTuner lacking = tuner(model).build();
            assertThatThrownBy(lacking::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
            FineTuner asked = tuner(model).optChatTemplate(true).build();
            assertThatThrownBy(asked::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no chat template; leave it out");
        }
        template(TEMPLATE);
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            FineTuner leftOut = tuner(model).optChatTemplate(false).build();
            assertThatThrownBy(leftOut::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aTemplateThatChangesEarlierTurnsIsRefused() throws IOException {
        template(
                "{% for m in messages %}{{ loop.length }}{{ m.content }}{% endfor %}"
                        + "{% if add_generation_prompt %}:{% endif %}");
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            FineTuner tuner = tuner(model).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "data.jsonl', line 1: The chat template writes the turns");
        }
    }

    @Test
    void tokensThatTheModelDoesNotKnowAreNamed() throws IOException {
        template(TEMPLATE.replace("!", "\n"));
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            data = PromptData.of(List.of(PromptData.Row.of("a b", "c")));
            FineTuner tuner = tuner(model).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "A text has the token \\d+, but the model has 198 tokens .*");
        }
    }
}
