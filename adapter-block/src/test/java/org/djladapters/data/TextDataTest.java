/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDataTest {

    @TempDir Path folder;

    @Test
    void readsSingleSentences() throws IOException {
        TextData data = read("label\tsentence1\n1\tgreat\n0\tbad\n");

        assertThat(data.isPairs()).isFalse();
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.rows())
                .containsExactly(
                        new TextData.Row(2, "1", "great", null),
                        new TextData.Row(3, "0", "bad", null));
        assertThat(data.label(1)).isEqualTo("0");
        assertThat(data.where(1)).endsWith("data.tsv', line 3");
    }

    @Test
    void readsPairsWithColumnsInAnyOrderAndWindowsLineEnds() throws IOException {
        TextData data = read("\uFEFFsentence2\tlabel\tsentence1\r\nb\t0.5\ta\r\n");

        assertThat(data.isPairs()).isTrue();
        assertThat(data.rows()).containsExactly(new TextData.Row(2, "0.5", "a", "b"));
    }

    @Test
    void takesQuotesForCharacters() throws IOException {
        TextData data = read("label\tsentence1\n0\t\" open\n1\the said \"no\" #1 \\ 'x\n0\t\"\"\n");

        assertThat(data.rows())
                .extracting(TextData.Row::first)
                .containsExactly("\" open", "he said \"no\" #1 \\ 'x", "\"\"");
    }

    @Test
    void keepsOtherScriptsAndNeedsNoFinalLineEnd() throws IOException {
        TextData data = read("label\tsentence1\nü\tçağ 日本 🙂");

        assertThat(data.rows()).containsExactly(new TextData.Row(2, "ü", "çağ 日本 🙂", null));
    }

    @Test
    void hashesTheFile() throws IOException {
        TextData data = read("label\tsentence1\n1\ta\n");

        // printf 'label\tsentence1\n1\ta\n' | sha256sum
        assertThat(data.sha256())
                .isEqualTo("2eb57c457091901bd937d5b599a12c17caa1344f4f59946bc713cac099b2db52");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "''|is empty",
                "' \n'|is empty",
                "'label\tsentence1\n'|has a header but no examples",
                "'1\tgreat\n'|but it has: 1, great",
                "'label\tsentence\n1\ta\n'|but it has: label, sentence",
                "'sentence\tlabel\tscore\na\t1\t2\n'|but it has: sentence, label, score",
                "'sentence1\nx\n'|but it has: sentence1",
                "'label\tsentence1\tindex\n1\ta\t7\n'|but it has: label, sentence1, index",
                "'label\tsentence1\tlabel\n1\ta\t1\n'|but it has: label, sentence1, label",
                "'label,sentence1\n1,a\n'|but it has: label,sentence1",
                "'label\tsentence1\n1\ta\n0\n'|line 3, has 1 columns instead of 2",
                "'label\tsentence1\n1\ta\tb\n'|line 2, has 3 columns instead of 2",
                "'label\tsentence1\n1\ta\n\n0\tb\n'|line 3, is blank",
                "'label\tsentence1\n\ta\n'|line 2, has an empty label",
                "'label\tsentence1\n1\ta\n1\t \n'|line 3, has an empty sentence1",
                "'label\tsentence1\tsentence2\n1\ta\t\n'|line 2, has an empty sentence2"
            })
    void refusesWhatIsNotSuchATable(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data.tsv'")
                .hasMessageContaining(message);
    }

    @Test
    void refusesNulCharacters() {
        assertThatThrownBy(() -> read("label\tsentence1\n1\ta\n1\tb\0c\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data.tsv', line 3, contains a NUL character");
    }

    @Test
    void refusesOtherEncodings() throws IOException {
        Path file = folder.resolve("latin.tsv");
        Files.write(
                file, "label\tsentence1\n1\ta\n1\tcafé\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> TextData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("latin.tsv', line 3, is not UTF-8");
    }

    @Test
    void refusesAMissingFile() {
        assertThatThrownBy(() -> TextData.read(folder.resolve("absent.tsv")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No data file")
                .hasMessageContaining("absent.tsv");
    }

    private TextData read(String text) throws IOException {
        return TextData.read(Files.writeString(folder.resolve("data.tsv"), text));
    }
}
