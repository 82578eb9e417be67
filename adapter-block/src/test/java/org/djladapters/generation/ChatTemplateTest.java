/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.djladapters.data.ChatMessage;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

    private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("Hello"));

    @TempDir private Path folder;

    @BeforeEach
    void makeModel() throws IOException {
        Files.createFile(folder.resolve("net.pt"));
        write("config.json", "{}");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private Optional<ChatTemplate> find() throws IOException {
        return ChatTemplate.find(ModelDirectory.open(folder));
    }

    private String hello() throws IOException {
        return find().orElseThrow().render(HELLO, true);
    }

    @Test
    void aModelMayHaveNone() throws IOException {
        assertThat(find()).isEmpty();
        write("tokenizer_config.json", "{\"chat_template\": null}");
        assertThat(find()).isEmpty();
    }

    @Test
    void theFileOfItsOwnComesFirstThenTheTokenizerThenTheOtherFile() throws IOException {
        write("chat_template.json", "{\"chat_template\": \"json {{ messages[0].content }}\"}");
        assertThat(hello()).isEqualTo("json Hello");
        write(
                "tokenizer_config.json",
                "{\"chat_template\": \"tokenizer {{ messages[0].content }}\"}");
        assertThat(hello()).isEqualTo("tokenizer Hello");
        write("chat_template.jinja", "jinja {{ messages[0].content }}");
        assertThat(hello()).isEqualTo("jinja Hello");
    }

    @Test
    void ofNamedOnesThatNamedDefaultIsTaken() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"chat_template": [
                  {"name": "tool_use", "template": "tools"},
                  {"name": "default", "template": "{{ messages[0].role }}"}]}
                """);
        assertThat(hello()).isEqualTo("user");
    }

    @Test
    void knowsSpecialTokensAndWhetherAnAnswerBegins() throws IOException {
        write(
                "tokenizer_config.json",
                """
                {"bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false}}
                """);
        write(
                "chat_template.jinja",
                "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ add_generation_prompt }}"
                        + "{{ tools is none }}");
        assertThat(hello()).isEqualTo("<s>Hello</s>TrueTrue");
        assertThat(find().orElseThrow().render(HELLO, false)).isEqualTo("<s>Hello</s>FalseTrue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"chat_template\": 3}",
                "{\"chat_template\": {}}",
                "{\"chat_template\": []}",
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"x\"}]}",
            })
    void refusesWhatIsNoTemplate(String tokenizer) throws IOException {
        write("tokenizer_config.json", tokenizer);
        assertThatThrownBy(this::find)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'%s': chat_template is neither a text nor a list of named ones with a"
                                + " default one",
                        folder.resolve("tokenizer_config.json"));
    }

    @Test
    void refusesWhatATemplateCanNotDoByTheNameOfItsFile() throws IOException {
        Path file = folder.resolve("chat_template.jinja");
        write("chat_template.jinja", "{% include 'x' %}");
        assertThatThrownBy(this::hello)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The chat template of '%s' uses the tag 'include', which is not supported",
                        file);
        write("chat_template.jinja", "{{ raise_exception('no user') }}");
        assertThatThrownBy(this::hello)
                .hasMessage("The chat template of '%s' refuses the conversation: no user", file);
        assertThatThrownBy(() -> find().orElseThrow().render(List.of(), true))
                .hasMessage("A conversation needs at least one message");
    }

    @Test
    void refusesAFileThatIsNotText() throws IOException {
        Files.write(folder.resolve("chat_template.jinja"), new byte[] {'a', (byte) 0xFF});
        assertThatThrownBy(this::find)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chat_template.jinja' is not text in UTF-8");
    }
}
