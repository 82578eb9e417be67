/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.djladapters.data.reading.StoredTables.stored;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are not in memory are those that would be. */
class StoredDataTest {

    private static final int ROWS = 700;

    @TempDir Path folder;

    private static String text(int row) {
        return "word ü🙂 "
                + row
                + " and more".repeat(row % 7)
                + (row == 300 ? "x ".repeat(20_000) : "");
    }

    private Path table(String form) throws IOException {
        boolean json = form.equals("jsonl");
        String separator = form.equals("csv") ? "," : "\t";
        String lines =
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row ->
                                        json
                                                ? "{\"label\": %d, \"sentence1\": \"%s \\ud83d\"}"
                                                        .formatted(row % 3, text(row))
                                                : row % 3 + separator + text(row))
                        .collect(Collectors.joining("\n"));
        String header = json ? "" : "label" + separator + "sentence1\n";
        return Files.writeString(folder.resolve("data." + form), header + lines);
    }

    @ParameterizedTest
    @CsvSource({"tsv", "csv", "jsonl"})
    void rowsPlacesAndFingerprintsAreThoseInMemory(String form) throws Exception {
        Path file = table(form);
        TextData memory = TextData.read(file);
        TextData stored = stored(() -> TextData.read(file));

        assertThat(stored.areStored()).isTrue();
        assertThat(memory.areStored()).isFalse();
        assertThat(stored.rows()).isEqualTo(memory.rows());
        assertThat(stored.sha256()).isEqualTo(memory.sha256());
        assertThat(stored.where(300)).isEqualTo(memory.where(300));
        assertThat(stored.label(5)).isEqualTo("2");
        List<Integer> picked = List.of(650, 3, 3, 301, 0);
        assertThat(stored.pick(picked).rows()).isEqualTo(memory.pick(picked).rows());
        assertThat(stored.pick(picked).areStored()).isTrue();
        assertThat(stored.pick(picked).pick(List.of(3)).rows())
                .containsExactly(memory.rows().get(301));
        HeldOutSplit split = HeldOutSplit.of(stored, 0.2, 4);
        assertThat(split.heldOut().sha256())
                .isEqualTo(HeldOutSplit.of(memory, 0.2, 4).heldOut().sha256());
        assertThat(stored(() -> TextData.read(file, TextColumns.of("sentence1"))).rows())
                .isEqualTo(memory.rows());
    }

    @Test
    void refusesAMalformedLineWhenItReads() throws IOException {
        Path file = Files.writeString(folder.resolve("data.tsv"), "label\tsentence1\n1\ta\n1\n");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stored(() -> TextData.read(file)))
                .withMessageContaining("line 3, has 1 columns instead of 2");
    }

    @Test
    void givesTheTokensThatRowsInMemoryHave() throws Exception {
        Path file = table("tsv");
        TextData memory = TextData.read(file);
        TextData stored = stored(() -> TextData.read(file));

        assertThat(tokens(stored)).isEqualTo(tokens(memory)).hasSize(ROWS);
        assertThat(order(stored)).isEqualTo(order(stored)).hasSize((ROWS + 31) / 32);
    }

    private static TextDataset dataset(TextData data) throws IOException {
        return TextDataset.builder()
                .setData(data)
                .setModel(TestData.tinyBert())
                .setInputs(List.of("input_ids"))
                .setLabelSpace(LabelSpace.of(data))
                .optMaxLength(16)
                .optShuffle(3)
                .build();
    }

    /** Returns the tokens of a pass by row, without fillers, and the label behind them. */
    private static Map<Integer, String> tokens(TextData data) throws IOException {
        Map<Integer, String> tokens = new TreeMap<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : dataset(data).getData(manager, 1)) {
                try (batch) {
                    long[] ids = batch.getData().get(0).toLongArray();
                    long[] labels = batch.getLabels().get(0).toLongArray();
                    int width = ids.length / labels.length;
                    for (int i = 0; i < labels.length; i++) {
                        String row =
                                Arrays.stream(ids, i * width, (i + 1) * width)
                                        .filter(id -> id != 0)
                                        .mapToObj(Long::toString)
                                        .collect(Collectors.joining(" "));
                        tokens.put((Integer) batch.getIndices().get(i), row + ": " + labels[i]);
                    }
                }
            }
        }
        return tokens;
    }

    private static List<List<Integer>> order(TextData data) throws IOException {
        List<List<Integer>> order = new ArrayList<>();
        dataset(data).batches(2).forEach(batch -> order.add(Arrays.stream(batch).boxed().toList()));
        return order;
    }

    @Test
    void pairsAreGroupedAndBatchedByTheirTexts() throws Exception {
        StringBuilder lines = new StringBuilder("sentence1\tsentence2\n");
        for (int row = 0; row < 120; row++) {
            lines.append("query ").append(row / 2).append("\tpassage ").append(row).append('\n');
        }
        Path file = Files.writeString(folder.resolve("pairs.tsv"), lines);
        PairData memory = PairData.read(file);
        PairData stored = stored(() -> PairData.read(file));

        assertThat(stored.rows()).isEqualTo(memory.rows());
        assertThat(stored.group(41)).isEqualTo(memory.group(40)).contains("query 20");
        assertThat(stored.group(42)).isEqualTo(memory.group(43));
        PairDataset dataset =
                PairDataset.builder()
                        .setData(stored)
                        .setModel(TestData.tinyBert())
                        .setInputs(List.of("input_ids", "attention_mask"))
                        .optBatchSize(40)
                        .optShuffle(1)
                        .optDistinct(true)
                        .build();
        for (int[] batch : dataset.batches(0)) {
            assertThat(Arrays.stream(batch).map(row -> row / 2)).doesNotHaveDuplicates();
        }
        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            assertThat(batch.getData()).hasSize(4);
            assertThat(batch.getData().get(2).getShape().get(0)).isEqualTo(batch.getSize());
        }
    }
}
