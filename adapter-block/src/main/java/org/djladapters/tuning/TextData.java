/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Sentences or pairs of sentences with a label each, read from a TSV file.
 *
 * <p>The file is UTF-8; its first line names the columns {@code label}, {@code sentence1} and, for
 * pairs, {@code sentence2}, in any order. Columns are separated by one tab. There is no quoting: a
 * {@code "} is a character like any other, so a sentence can't contain a tab or a line break. Every
 * line has every column, and no value is blank. Labels are stripped of surrounding white space.
 */
public final class TextData implements LabelledData {

    private static final String LABEL = "label";
    private static final String SENTENCE_1 = "sentence1";
    private static final String SENTENCE_2 = "sentence2";

    /** The columns of such a file. */
    static final TsvTable.Columns COLUMNS =
            new TsvTable.Columns(List.of(LABEL, SENTENCE_1), List.of(SENTENCE_2));

    private final TsvTable table;
    private final List<Row> rows;

    TextData(TsvTable table) {
        this.table = table;
        this.rows =
                table.rows().stream()
                        .map(
                                line ->
                                        new Row(
                                                line.number(),
                                                table.cell(line, LABEL).strip(),
                                                table.cell(line, SENTENCE_1),
                                                table.cell(line, SENTENCE_2)))
                        .toList();
    }

    /**
     * One line of the file.
     *
     * @param line its number in the file; the header is line 1
     * @param label the label as written
     * @param first the first sentence
     * @param second the second sentence; {@code null} if the file has single sentences
     */
    public record Row(long line, String label, String first, String second) {}

    /**
     * Reads a TSV file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static TextData read(Path file) throws IOException {
        return new TextData(TsvTable.read(file, COLUMNS));
    }

    @Override
    public Path source() {
        return table.file();
    }

    @Override
    public String sha256() {
        return table.sha256();
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public String label(int row) {
        return rows.get(row).label();
    }

    @Override
    public String where(int row) {
        return table.where(rows.get(row).line());
    }

    /**
     * Says whether the examples are pairs of sentences.
     *
     * @return true if the file has the column {@code sentence2}
     */
    public boolean isPairs() {
        return table.header().contains(SENTENCE_2);
    }

    /**
     * Returns the examples.
     *
     * @return the rows in the file's order, unmodifiable
     */
    public List<Row> rows() {
        return rows;
    }
}
