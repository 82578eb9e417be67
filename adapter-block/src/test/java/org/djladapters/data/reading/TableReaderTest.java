/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableReaderTest {

    @TempDir Path folder;

    private List<Table.Line> read(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        List<Table.Line> lines = new ArrayList<>();
        try (TableReader reader = TableReader.open(file, List.of("text"), List.of("pair"))) {
            for (Table.Line line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    @Test
    void givesTheNamedColumnsOfEveryFormWithTheNumbersOfTheirLines() throws IOException {
        List<Table.Line> expected =
                List.of(
                        new Table.Line(2, List.of("one", "eins")),
                        new Table.Line(3, List.of("two", "zwei")));
        assertThat(read("a.tsv", "pair\tid\ttext\neins\t1\tone\nzwei\t2\ttwo\n"))
                .isEqualTo(expected);
        assertThat(read("a.csv", "\uFEFFpair,id,text\r\neins,1,one\r\nzwei,2,\"two\"\r\n"))
                .isEqualTo(expected);
        assertThat(
                        read(
                                "a.jsonl",
                                """
                                {"text": "zero", "pair": "null", "id": [0]}
                                {"id": [1, 2], "pair": "eins", "text": "one"}
                                {"text": "two", "pair": "zwei"}
                                """))
                .hasSize(3)
                .endsWith(expected.toArray(new Table.Line[0]));
    }

    @Test
    void aColumnThatIsNotNeededMayBeMissing() throws IOException {
        assertThat(read("a.tsv", "text\none\n")).containsExactly(new Table.Line(2, List.of("one")));
    }

    @Test
    void linesBeforeTheOneAtFaultAreRead() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "text\none\n\"two\"x\n");
        try (TableReader reader = TableReader.open(file, List.of("text"), List.of())) {
            assertThat(reader.next().cells()).containsExactly("one");
            assertThatThrownBy(reader::next)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("line 3, is not CSV");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a.tsv   | ''               | is empty: its first line must name the columns text
                    a.tsv   | other\\none      | has no column 'text'; it has: other
                    a.csv   | text,text\\na,b  | names the column 'text' 2 times
                    a.csv   | text\\none\\n\\nx | line 3, is blank
                    a.jsonl | {}               | has no column 'text'
                    """)
    void whatCanNotBeReadIsRefused(String name, String text, String message) {
        assertThatThrownBy(() -> read(name, text.replace("\\n", "\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    /** What a decoder holds of a character at the end of a buffer goes to the next one. */
    @Test
    void textIsDecodedOverTheEndsOfBuffers() throws IOException {
        String text = "\uFEFFä" + "€😀\n".repeat(5000);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Reader reader = new TextReader(Path.of("a.txt"), new ByteArrayInputStream(bytes));
                BufferedReader lines = new BufferedReader(reader)) {
            assertThat(lines.lines()).hasSize(5000).startsWith("ä€😀").endsWith("€😀");
        }
    }

    @Test
    void theLineThatIsNoTextIsNamed() {
        byte[] bytes = ("a\n".repeat(20_000) + "b").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 1] = (byte) 0xFF;
        refused(bytes, "'a.txt', line 20001, is not UTF-8");
        bytes[bytes.length - 1] = 0;
        refused(bytes, "'a.txt', line 20001, contains a NUL character");
        bytes[bytes.length - 1] = (byte) 0xE2; // a character that goes on
        refused(bytes, "'a.txt', line 20001, is not UTF-8");
    }

    private static void refused(byte[] bytes, String message) {
        BufferedReader lines =
                new BufferedReader(
                        new TextReader(Path.of("a.txt"), new ByteArrayInputStream(bytes)));
        assertThatThrownBy(
                        () -> {
                            while (lines.readLine() != null) {
                                // to the line at fault
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
    }
}
