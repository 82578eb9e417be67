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
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceDataTest {

    private static final String USER = "{'role': 'user', 'content': '1+1='}";
    private static final String GOOD = "{'role': 'assistant', 'content': '2'}";
    private static final String BAD = "{'role': 'assistant', 'content': '3'}";

    @TempDir private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** U, G and B stand for messages. */
    private Path writeLines(String... lines) throws IOException {
        String text =
                String.join("\n", lines)
                        .replace("U", USER)
                        .replace("G", GOOD)
                        .replace("B", BAD)
                        .replace('\'', '"');
        return write("data.jsonl", text + "\n");
    }

    @Test
    void tablesAndRowsInMemoryAreAlike() throws IOException {
        PreferenceData.Row row = new PreferenceData.Row(2, "1+1=", "2", "3", List.of());
        Path table = write("data.tsv", "chosen\trejected\tprompt\n2\t3\t1+1=\n");

        assertThat(((PreferenceData) LabelledData.read(table)).rows()).containsExactly(row);
        assertThat(PreferenceData.read(table).task()).contains(TaskKind.PREFERENCE);
        PreferenceData memory = PreferenceData.of(List.of(PreferenceData.Row.of("1+1=", "2", "3")));
        assertThat(memory.label(0)).isEqualTo("2");
        assertThat(memory.where(0)).isEqualTo("row 1 of the data in memory");
    }

    /** The forms of TRL: the prompt apart, as a text or in both lists. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'prompt': [U], 'chosen': [G], 'rejected': [B]}",
                "{'prompt': '1+1=', 'chosen': [G], 'rejected': [B]}",
                "{'prompt': '1+1=', 'chosen': [U, G], 'rejected': [U, B]}",
                "{'chosen': [U, G], 'rejected': [U, B], 'score': 1}",
            })
    void conversationsAreReadInAllForms(String line) throws IOException {
        List<ChatMessage> turns = List.of(ChatMessage.user("1+1="));
        assertThat(((PreferenceData) LabelledData.read(writeLines(line))).rows())
                .containsExactly(new PreferenceData.Row(1, "1+1=", "2", "3", turns));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'chosen': [U, G], 'rejected': [U, G]} | line 2: chosen and rejected are the same",
                "{'chosen': [G], 'rejected': [B]} | line 2: there is no message before the",
                "{'chosen': [U, G], 'rejected': [B]} | line 2: chosen and rejected differ before",
                "{'prompt': 'x', 'chosen': [U, G], 'rejected': [U, B]} | line 2: the messages of"
                        + " chosen before the last one are not those of prompt",
                "{'chosen': [G, U], 'rejected': [G, U]} | line 2: chosen and rejected must end",
                "{'chosen': [], 'rejected': [B]} | line 2: chosen and rejected must end with",
                "{'chosen': [U, G]} | line 2, has no list named rejected",
                "{'prompt': 1, 'chosen': [G], 'rejected': [B]} | line 2, has no list named prompt",
            })
    void refusesLinesWithoutAPreference(String line, String message) throws IOException {
        Path file = writeLines("{'chosen': [U, G], 'rejected': [U, B]}", line);
        assertThatThrownBy(() -> PreferenceData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesTablesWithoutAPreference() throws IOException {
        Path lacking = write("lacking.tsv", "prompt\tchosen\n1+1=\t2\n");
        assertThatThrownBy(() -> LabelledData.read(lacking))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the columns prompt, chosen, rejected, each once");
        Path same = write("same.tsv", "prompt\tchosen\trejected\n1+1=\t2\t3\n1+1=\t2\t2\n");
        assertThatThrownBy(() -> LabelledData.read(same))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'%s', line 3, chosen and rejected are the same, so none is preferred;"
                                + " leave the row out",
                        same);
        assertThatThrownBy(() -> PreferenceData.Row.of("1+1=", "2", "2"))
                .isInstanceOf(IllegalArgumentException.class);
        List<PreferenceData.Row> blank = List.of(PreferenceData.Row.of("1+1=", "2", " "));
        assertThatThrownBy(() -> PreferenceData.of(blank))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1 of the data in memory: the rejected is missing");
    }
}
