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

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("data.tsv"), text);
    }
}
