/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgePromptTest {

    /** As the card of Qwen3-Reranker puts it together. */
    private static final String CARD =
            "<|im_start|>system\n"
                + "Judge whether the Document meets the requirements based on the Query and the"
                + " Instruct provided. Note that the answer can only be \"yes\" or"
                + " \"no\".<|im_end|>\n"
                + "<|im_start|>user\n"
                + "<Instruct>: Given a web search query, retrieve relevant passages that answer the"
                + " query\n"
                + "<Query>: 100 %%?\n"
                + "<Document>: 5 %%s<|im_end|>\n"
                + "<|im_start|>assistant\n"
                + "<think>\n\n"
                + "</think>\n\n";

    @TempDir private Path folder;

    @BeforeEach
    void describe() throws IOException {
        Files.writeString(folder.resolve("model.safetensors"), "");
        type("qwen3");
        Files.writeString(
                folder.resolve("modules.json"),
                """
                [{"type": "a.Transformer", "path": ""},
                 {"type": "a.LogitScore", "path": "1_LogitScore"}]
                """);
        Files.createDirectory(folder.resolve("1_LogitScore"));
        score("{\"true_token_id\": 3, \"false_token_id\": null}");
    }

    private void type(String name) throws IOException {
        Files.writeString(
                folder.resolve("config.json"), "{\"model_type\": \"%s\"}".formatted(name));
    }

    private void score(String json) throws IOException {
        Files.writeString(folder.resolve("1_LogitScore/config.json"), json);
    }

    private String text() throws IOException {
        return JudgePrompt.of(ModelDirectory.open(folder)).orElseThrow().apply("100 %?", "5 %s");
    }

    @Test
    void isThatOfQwenUnlessTheTemplateWritesBothTexts() throws IOException {
        String card = CARD.replace("%%", "%");
        assertThat(text()).isEqualTo(card);
        Path template = folder.resolve("chat_template.jinja");
        Files.writeString(template, "{% for m in messages %}{{ m.role }};{% endfor %}");
        assertThat(text()).isEqualTo(card);
        Files.writeString(
                template, "{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}");
        assertThat(text()).isEqualTo("query: 100 %?;document: 5 %s;");
        Files.writeString(
                folder.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"web\": \"Find\"}, \"default_prompt_name\": \"web\"}");
        assertThat(text()).isEqualTo("system: Find;query: 100 %?;document: 5 %s;");
    }

    @Test
    void ofAnotherModelIsInItsTemplate() throws IOException {
        type("gemma3_text");
        assertThatThrownBy(this::text)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("turns of the roles query and document");
    }

    @Test
    void modulesThatScoreGiveNoVectors() throws IOException {
        assertThat(SentenceSettings.describes(ModelDirectory.open(folder))).isFalse();
        score("{}");
        assertThatThrownBy(this::text)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("true_token_id");
        Files.delete(folder.resolve("modules.json"));
        assertThat(JudgePrompt.of(ModelDirectory.open(folder))).isEmpty();
    }
}
