/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptDataTest {

    @TempDir private Path folder;

    @Test
    void readsPromptsAndResponsesAsTheyStand() throws IOException {
        PromptData data =
                PromptData.read(write("response\tprompt\n \"yes\" \tIs it? \nno\t¿Qué?\n"));

        assertThat(data.rows())
                .containsExactly(
                        new PromptData.Row(2, "Is it? ", " \"yes\" "),
                        new PromptData.Row(3, "¿Qué?", "no"));
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.label(1)).isEqualTo("no");
        assertThat(data.where(1)).isEqualTo("'%s', line 3".formatted(data.source()));
    }

    @Test
    void columnsTellWhatAFileHolds() throws IOException {
        assertThat(LabelledData.read(write("prompt\tresponse\na\tb\n")))
                .isInstanceOf(PromptData.class);
        assertThat(LabelledData.read(write("label\tsentence1\na\tb\n")))
                .isInstanceOf(TextData.class);
        assertThatThrownBy(() -> LabelledData.read(write("question\tanswer\na\tb\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "columns label, sentence1[, sentence2] or prompt, response, each once");
        assertThatThrownBy(() -> LabelledData.read(write("prompt\tanswer\na\tb\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("columns prompt, response, each once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "''|is empty: its first line must name the columns prompt, response",
                "'prompt\tresponse\n'|has a header but no examples",
                "'prompt\n1+1=\n'|but it has: prompt",
                "'prompt\tresponse\n1+1=\t2\n2+2=\t \n'|line 3, has an empty response",
                "'prompt\tresponse\n1+1=\n'|line 2, has 1 columns instead of 2",
                "'prompt\tresponse\n1+1=\t2\n\n'|line 3, is blank",
            })
    void refusesWhatIsNotSuchATable(String text, String message) throws IOException {
        Path file = write(text);
        assertThatThrownBy(() -> PromptData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data.tsv'")
                .hasMessageContaining(message);
    }

    @Test
    void readsConversationsWhoseLastTurnIsTheResponse() throws IOException {
        Path file =
                writeLines(
                        """
                        {"messages": [{"role": "user", "content": "1+1="}, \
                        {"role": "assistant", "content": "2"}]}
                        {"id": 7, "messages": [{"content": "Add.", "role": "system"}, \
                        {"role": "user", "content": "2+2= "}, {"role": "assistant", "content": " 4"}]}
                        """);
        PromptData data = PromptData.read(file);

        ChatMessage first = ChatMessage.user("1+1=");
        ChatMessage system = ChatMessage.system("Add.");
        ChatMessage second = ChatMessage.user("2+2= ");
        assertThat(data.rows())
                .containsExactly(
                        new PromptData.Row(1, "1+1=", "2", List.of(first)),
                        new PromptData.Row(2, "2+2= ", " 4", List.of(system, second)));
        assertThat(data.where(1)).isEqualTo("'%s', line 2".formatted(file));
        assertThat(LabelledData.read(file)).isInstanceOf(PromptData.class);
        assertThat(LabelledData.read(file).sha256()).isEqualTo(data.sha256());
    }

    @Test
    void jsonLinesWithoutMessagesAreATable() throws IOException {
        PromptData data =
                PromptData.read(
                        writeLines(
                                """
                                {"prompt": "1+1=", "response": "2"}
                                """));
        assertThat(data.rows()).containsExactly(new PromptData.Row(1, "1+1=", "2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | line 2, is not a JSON object; write one a line",
                "[] | line 2, is not a JSON object",
                "{'messages': 'x'} | line 2, has no list named messages",
                "{'prompt': 'a', 'response': 'b'} | line 2, has no list named messages",
                "{'messages': []} | line 2: A conversation needs at least two messages",
                "{'messages': [A]} | line 2: A conversation needs at least two messages",
                "{'messages': [A, U]} | line 2: A conversation needs at least two messages, the"
                        + " last one of the role assistant",
                "{'messages': [U, null]} | line 2, has a message without the texts role and"
                        + " content",
                "{'messages': [U, {'role': 'assistant'}]} | line 2, has a message without",
                "{'messages': [U, {'role': 'assistant', 'content': ' '}]} | line 2, has a message",
                "{'messages': [U, {'role': 'assistant', 'content': 2}]} | line 2, has a message",
                "{'messages': [U, {'role': 'assistant', 'content': ['2']}]} | line 2, has a"
                        + " message",
                "{'messages': [U, {'role': 'assistant', 'content': '2', 'name': 'x'}]}"
                        + " | line 2, has a message with 'name', but only role and content",
                "{'messages': [U, A], 'tools': []} | line 2, has tools, which are not supported",
            })
    void refusesLinesThatAreNoConversations(String line, String message) throws IOException {
        String user = "{'role': 'user', 'content': '1+1='}";
        String assistant = "{'role': 'assistant', 'content': '2'}";
        String good = "{'messages': [%s, %s]}".formatted(user, assistant);
        String bad = line.replace("U", user).replace("A", assistant);
        Path file = writeLines((good + '\n' + bad + '\n').replace('\'', '"'));
        assertThatThrownBy(() -> PromptData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("'%s', line 2".formatted(file))
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).doesNotEndWith("."));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("data.tsv"), text);
    }

    private Path writeLines(String text) throws IOException {
        return Files.writeString(folder.resolve("data.jsonl"), text);
    }
}
