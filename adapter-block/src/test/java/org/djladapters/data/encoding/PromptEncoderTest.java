/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptEncoderTest {

    private static final Path MODELS = Path.of("src/test/resources/models");

    @TempDir private Path folder;

    @Test
    void promptsBeginAsTheTokenizerSaysAndResponsesEnd() throws IOException {
        try (PromptEncoder llama = open(MODELS.resolve("tiny-llama"));
                PromptEncoder gpt2 = open(MODELS.resolve("tiny-gpt2"))) {
            // '0' is the 15th character after '!', which follows the special tokens.
            assertThat(llama.prompt("0")).containsExactly(1, 18);
            assertThat(llama.response("01")).containsExactly(18, 19, 2);
            assertThat(gpt2.prompt("0")).containsExactly(16);
            assertThat(gpt2.response("01")).containsExactly(16, 17, 0);
        }
    }

    @Test
    void textsOfTokensHaveNoSpecialOnes() throws IOException {
        try (PromptEncoder encoder = open(MODELS.resolve("tiny-llama"))) {
            String text = "Ärger: 3 + 4 = \"7\" 🙂";
            assertThat(encoder.text(encoder.response(text))).isEqualTo(text);
            assertThat(encoder.text(encoder.prompt(text))).isEqualTo(text);
            assertThat(encoder.text()).isEmpty();
        }
    }

    @Test
    void nothingIsCutOrFilledUpWhateverTheTokenizersFileSays() throws IOException {
        String tokenizer = Files.readString(MODELS.resolve("tiny-llama/tokenizer.json"));
        Path model =
                model(
                        "{\"eos_token_id\": 2}",
                        tokenizer
                                .replaceFirst(
                                        "\"truncation\":\\s*null",
                                        "\"truncation\": {\"direction\": \"Right\", \"max_length\":"
                                            + " 8, \"strategy\": \"LongestFirst\", \"stride\": 0}")
                                .replaceFirst(
                                        "\"padding\":\\s*null",
                                        "\"padding\": {\"strategy\": {\"Fixed\": 16},"
                                            + " \"direction\": \"Right\", \"pad_to_multiple_of\":"
                                            + " null, \"pad_id\": 0, \"pad_type_id\": 0,"
                                            + " \"pad_token\": \"<unk>\"}"));
        try (PromptEncoder encoder = open(model)) {
            assertThat(encoder.prompt("0")).hasSize(2);
            assertThat(encoder.prompt("0+".repeat(500))).hasSize(1001);
            assertThat(encoder.response("0+".repeat(500))).hasSize(1001);
        }
    }

    @Test
    void anEndTokenAfterAPromptIsLeftOut() throws IOException {
        Path bert = MODELS.resolve("tiny-bert");
        String tokenizer = Files.readString(bert.resolve("tokenizer.json"));
        int[] whole;
        try (PromptEncoder encoder = open(model("{}", tokenizer))) {
            whole = encoder.prompt("a");
            assertThat(encoder.response("a")).containsExactly(whole[1]);
        }
        assertThat(whole).hasSize(3);
        try (PromptEncoder encoder =
                open(model("{\"eos_token_id\": " + whole[2] + "}", tokenizer))) {
            assertThat(encoder.prompt("a")).containsExactly(whole[0], whole[1]);
            assertThat(encoder.response("a")).containsExactly(whole[1], whole[2]);
        }
    }

    private Path model(String config, String tokenizer) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
        Files.write(folder.resolve("model.pt"), new byte[0]);
        return folder;
    }

    private static PromptEncoder open(Path model) throws IOException {
        return PromptEncoder.open(ModelDirectory.open(model), List.of("input_ids"));
    }
}
