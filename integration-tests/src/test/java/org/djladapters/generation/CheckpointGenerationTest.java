/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.ChatMessage;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Text of checkpoints, which remember keys and values. The tiny ones know neither spaces nor pairs
 * of letters.
 */
class CheckpointGenerationTest {

    private static final Path HUB = Path.of("src/test/resources/hub");

    private static final List<String> PROMPTS = List.of("1+1=", "a", "12345678+9=", "xyz", "b=");

    private static final GenerationOptions GREEDY =
            GenerationOptions.builder().optMaxNewTokens(6).build();

    @TempDir private Path folder;

    private static GenerationOptions drawn() {
        return GenerationOptions.builder()
                .optMaxNewTokens(6)
                .optTemperature(1)
                .optTopK(20)
                .optSeed(3)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2", "tiny-qwen2"})
    void promptsOfDifferentLengthsAreContinuedAsEachAlone(String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name));
                TextGenerator generator = TextGenerator.open(model)) {
            assertThat(generator.generate(PROMPTS, GREEDY))
                    .isEqualTo(alone(generator, PROMPTS, GREEDY));
        }
    }

    private static List<String> alone(
            TextGenerator generator, List<String> prompts, GenerationOptions options) {
        return prompts.stream()
                .map(prompt -> generator.generate(List.of(prompt), options).get(0))
                .toList();
    }

    @Test
    void whatIsDrawnDependsOnSeedAndPlaceAlone() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                TextGenerator generator = TextGenerator.open(model)) {
            List<String> all = generator.generate(PROMPTS, drawn());
            assertThat(generator.generate(PROMPTS, drawn())).isEqualTo(all);
            assertThat(generator.generate(PROMPTS.subList(0, 2), drawn()))
                    .isEqualTo(all.subList(0, 2));
            assertThat(generator.generate(List.of("a", "a"), drawn())).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStreamIsTheWholeText() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                TextGenerator generator = TextGenerator.open(model)) {
            for (String prompt : PROMPTS) {
                List<String> pieces = new ArrayList<>();
                String text = generator.generate(prompt, GREEDY, pieces::add);
                assertThat(String.join("", pieces)).isEqualTo(text);
                assertThat(text).isEqualTo(generator.generate(List.of(prompt), GREEDY).get(0));
            }
        }
    }

    @Test
    void everyPromptCanHaveAnAdapterOfItsOwn() throws IOException {
        List<String> names = List.of("lora", AdaptedModel.BASE, "compound", "lora", "compound");
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                TextGenerator generator = TextGenerator.open(model)) {
            List<String> base = alone(generator, PROMPTS, GREEDY);
            add(model, "lora", LoraConfig.builder().optRank(2).build());
            add(model, "compound", CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            model.activate("lora");
            List<String> lora = alone(generator, PROMPTS, GREEDY);
            model.activate("compound");
            List<String> compound = alone(generator, PROMPTS, GREEDY);
            assertThat(List.of(base.get(1), lora.get(0), compound.get(2)))
                    .isNotEqualTo(List.of(compound.get(1), base.get(0), base.get(2)));

            assertThat(generator.generate(PROMPTS, names, GREEDY))
                    .containsExactly(
                            lora.get(0),
                            base.get(1),
                            compound.get(2),
                            lora.get(3),
                            compound.get(4));
            assertThat(generator.generate(PROMPTS, GREEDY)).isEqualTo(compound);

            assertThatThrownBy(() -> generator.generate(PROMPTS, List.of("lora"), GREEDY))
                    .hasMessage("There are 5 prompts, but 1 names of adapters; give one for each");
            assertThatThrownBy(() -> generator.generate(List.of("a"), List.of("nobody"), GREEDY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nobody");
        }
    }

    @Test
    void openingAGeneratorSwitchesNoAdapterOff() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"))) {
            add(model, "lora", LoraConfig.builder().optRank(2).build());
            model.merge("lora");
            try (TextGenerator merged = TextGenerator.open(model)) {
                List<String> texts = merged.generate(PROMPTS, GREEDY);
                model.unmerge();
                model.activate("lora");
                try (TextGenerator active = TextGenerator.open(model)) {
                    assertThat(active.generate(PROMPTS, GREEDY)).isEqualTo(texts);
                }
            }
        }
    }

    private static void add(AdaptedModel model, String name, AdapterConfig config) {
        model.add(name, config);
        model.update(
                () ->
                        model.adapter(name).parameters().values().stream()
                                .map(parameter -> parameter.getArray())
                                .forEach(CheckpointGenerationTest::change));
    }

    private static void change(NDArray array) {
        try (NDManager scope = array.getManager().newSubManager()) {
            array.addi(scope.arange((int) array.size()).cos().mul(0.3f).reshape(array.getShape()));
        }
    }

    /** A copy of the checkpoint with one file in another way. */
    private Path copy(String file, String text) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("model"));
        try (Stream<Path> files = Files.list(HUB.resolve("tiny-llama"))) {
            for (Path original : files.toList()) {
                Path target = copy.resolve(original.getFileName().toString());
                if (Files.notExists(target)) {
                    Files.copy(original, target);
                }
            }
        }
        Files.writeString(copy.resolve(file), text);
        return copy;
    }

    @Test
    void theModelsOwnConfigurationIsFollowedWhereOptionsLeaveItOpen() throws IOException {
        int[] free;
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"))) {
            free = tokens(model, 40);
        }
        int end = free[2];
        Path limited =
                copy(
                        "generation_config.json",
                        "{\"eos_token_id\": [300, %d], \"max_new_tokens\": 9}".formatted(end));
        try (AdaptedModel model = AdaptedModel.open(limited);
                TextGenerator generator = TextGenerator.open(model)) {
            GeneratedText text =
                    generator.run(generator.tokens("1+1="), GenerationOptions.DEFAULT, piece -> {});
            assertThat(text.ending()).isEqualTo("end_token");
            assertThat(text.newTokens()).isLessThanOrEqualTo(2);
            assertThat(generator.warning()).isEmpty();
        }
        copy(
                "generation_config.json",
                """
                {"eos_token_id": 300, "max_new_tokens": 5, "num_beams": 4, "min_p": 0.0}
                """);
        try (AdaptedModel model = AdaptedModel.open(limited);
                TextGenerator generator = TextGenerator.open(model)) {
            int[] prompt = generator.tokens("1+1=");
            GeneratedText text = generator.run(prompt, GenerationOptions.DEFAULT, piece -> {});
            assertThat(text.newTokens()).isEqualTo(5);
            assertThat(text.ending()).isEqualTo("length");
            assertThat(generator.run(prompt, GREEDY, piece -> {}).newTokens()).isEqualTo(6);
            assertThat(generator.warning().orElseThrow()).contains("sets num_beams, which");
        }
    }

    private static int[] tokens(AdaptedModel model, int count) throws IOException {
        LanguageModel language = LanguageModel.of(model);
        try (TextGenerator generator = TextGenerator.open(model)) {
            List<int[]> prompt = List.of(generator.tokens("1+1="));
            return language.generate(prompt, new int[] {count}, 1, Set.of(), GREEDY).get(0);
        }
    }

    @Test
    void aRepetitionPenaltyOfTheModelIsThatOfTheOption() throws IOException {
        GenerationOptions penalty =
                GenerationOptions.builder().optMaxNewTokens(12).optRepetitionPenalty(5).build();
        GenerationOptions open = GenerationOptions.builder().optMaxNewTokens(12).build();
        GenerationOptions none =
                GenerationOptions.builder().optMaxNewTokens(12).optRepetitionPenalty(1).build();
        List<String> plain;
        List<String> penalized;
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                TextGenerator generator = TextGenerator.open(model)) {
            plain = generator.generate(PROMPTS, open);
            penalized = generator.generate(PROMPTS, penalty);
            assertThat(penalized).isNotEqualTo(plain);
        }
        Path told =
                copy(
                        "generation_config.json",
                        "{\"eos_token_id\": 2, \"repetition_penalty\": 5.0}");
        try (AdaptedModel model = AdaptedModel.open(told);
                TextGenerator generator = TextGenerator.open(model)) {
            assertThat(generator.generate(PROMPTS, open)).isEqualTo(penalized);
            assertThat(generator.generate(PROMPTS, none)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'max_new_tokens': -1} | 'max_new_tokens' is '-1' where a whole number of at least"
                        + " 1",
                "{'max_new_tokens': 1.5} | 'max_new_tokens' is '1.5' where a whole number",
                "{'repetition_penalty': 'much'} | 'repetition_penalty' is '\"much\"' where a"
                        + " number",
                "{'repetition_penalty': 0} | 'repetition_penalty' is '0' where a positive number",
                "{'top_p': 1.5} | 'top_p' is '1.5' where a number greater than 0, at most 1",
                "{'eos_token_id': 'x'} | eos_token_id",
                "{'eos_token_id': [2, -1]} | eos_token_id",
            })
    void refusesAMalformedConfigurationByKey(String json, String message) throws IOException {
        Path model = copy("generation_config.json", json.replace('\'', '"'));
        try (AdaptedModel opened = AdaptedModel.open(model)) {
            assertThatThrownBy(() -> TextGenerator.open(opened))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("generation_config.json")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void refusesTokensThatTheModelDoesNotKnow() throws IOException {
        String message = "A text has the token \\d+, but the model has 198 tokens .*";
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                TextGenerator generator = TextGenerator.open(model)) {
            assertThatThrownBy(() -> generator.generate(List.of("a", "a b"), GREEDY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(message);
            assertThatThrownBy(() -> generator.generate("a b", GREEDY, piece -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(message);
        }
    }

    @Test
    void answersInAConversationByTheTemplate() throws IOException {
        Path model =
                copy(
                        "chat_template.jinja",
                        "{{ bos_token }}{% for m in messages %}[{{ (m.role|upper)[0] }}]{{"
                            + " m.content }}{% endfor %}{% if add_generation_prompt %}[A]{% endif"
                            + " %}");
        List<ChatMessage> messages = List.of(ChatMessage.system("+"), ChatMessage.user("1+1="));
        try (AdaptedModel opened = AdaptedModel.open(model);
                TextGenerator generator = TextGenerator.open(opened)) {
            // the tokenizer puts its first token in front of a prompt, the template does it itself
            String prompt = "[S]+[U]1+1=[A]";
            assertThat(generator.tokens(messages)).isEqualTo(generator.tokens(prompt));
            assertThat(generator.chat(messages, GREEDY))
                    .isEqualTo(generator.generate(List.of(prompt), GREEDY).get(0));
        }
    }
}
