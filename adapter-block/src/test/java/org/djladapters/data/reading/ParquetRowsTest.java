/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.TextColumns;
import org.djladapters.data.TextData;
import org.djladapters.io.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow has written are read as it reads them. */
class ParquetRowsTest {

    @TempDir Path folder;

    private static Path file(String name) {
        return Path.of("src/test/resources/org/djladapters/data/reading", name + ".parquet");
    }

    /** Between them they have both versions of pages, dictionaries and three other encodings. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
    void readsRowsOfEveryCompression(String name) throws IOException {
        TextData data = TextData.read(file(name));

        assertThat(data.size()).isEqualTo(60);
        for (int row = 0; row < 60; row++) {
            assertThat(data.rows().get(row))
                    .isEqualTo(
                            new TextData.Row(
                                    row + 1,
                                    Integer.toString(row % 3),
                                    "row %d of sixty, %d".formatted(row, row * row),
                                    null));
        }
        assertThat(data.where(59)).endsWith("', row 60");
        assertThat(data.sha256()).isEqualTo(Sha256.of(file(name)));
    }

    @ParameterizedTest
    @CsvSource({
        "label, 2",
        "small, empty",
        "unsigned, 4294967295",
        "big, 18446744073709551615",
        "score, empty",
        "half, 0.1",
        "flag, empty",
        "money, 1.50",
        "kind, empty",
        "day, DATE in INT32",
        "words, list or object",
        "inner, list or object",
        "bytes, BYTE_ARRAY",
    })
    void readsTextsNumbersAndBooleansAndNamesOtherColumns(String column, String third)
            throws IOException {
        TextColumns columns = TextColumns.of("sentence1").withLabel(column);
        try {
            TextData.Row row = TextData.read(file("types"), columns).rows().get(2);

            assertThat(row).isEqualTo(new TextData.Row(3, third, "text 2 ü🙂", null));
        } catch (IOException e) {
            assertThat(e)
                    .hasMessageContaining(third)
                    .message()
                    .containsAnyOf("row 3, has an empty " + column, "the column '" + column + "'");
        }
    }

    @Test
    void readsValuesBeforeAndAfterAGroupOfRows() throws IOException {
        TableReader reader =
                TableReader.open(
                        file("types"), List.of("score"), List.of("label", "flag", "absent"));
        try (reader) {
            assertThat(reader.columns()).containsExactly("score", "label", "flag");
            assertThat(reader.next().cells()).containsExactly("0.5", "0", "true");
            assertThat(reader.next().cells()).containsExactly("1.25", "1", "false");
        }
    }

    @Test
    void readsListsOfLabels() throws IOException {
        MultiLabelData data = MultiLabelData.read(file("lists"));

        assertThat(data.size()).isEqualTo(40);
        for (int row = 0; row < 40; row++) {
            List<String> labels = List.of("a", "b \"x\"", "ü").subList(0, row % 4);
            assertThat(data.labels(row)).isEqualTo(labels);
        }
    }

    @Test
    void refusesWhatIsNoTableOfTexts() throws IOException {
        assertRefused(file("types"), "is of the type DATE in INT32");
        assertRefused(file("brotli"), "is compressed by BROTLI, which is not read");
        byte[] bytes = Files.readAllBytes(file("none"));
        assertRefused(write(Arrays.copyOf(bytes, 200)), "is not a Parquet file");
        assertRefused(write(new byte[3]), "too short");
        byte[] nested = new byte[1 << 19];
        Arrays.fill(nested, (byte) 0x1c); // a structure in a structure, and so on
        ByteBuffer tail = ByteBuffer.wrap(nested).order(ByteOrder.LITTLE_ENDIAN);
        tail.putInt(nested.length - 8, nested.length - 16);
        tail.put(nested.length - 4, "PAR1".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(write(nested), "damaged");
        byte[] damaged = bytes.clone();
        Arrays.fill(damaged, 10, 40, (byte) -1);
        assertRefused(write(damaged), "damaged");
        String rows = new String(bytes, StandardCharsets.ISO_8859_1);
        byte[] changed = bytes.clone();
        changed[rows.indexOf("row 7 of")] = 'b';
        assertRefused(write(changed), "does not fit its check sum");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TextData.read(file("none"), TextColumns.of("text")))
                .withMessageContaining("has no column 'text'; it has: label, sentence1");
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("rows.parquet"), bytes);
    }

    private static void assertRefused(Path file, String reason) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TextData.read(file))
                .withMessageContaining(file.toString())
                .withMessageContaining(reason)
                .withMessageNotContaining("\n");
    }
}
