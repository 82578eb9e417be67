/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Prompts with the responses that a language model is to give, from a tab-separated file.
 *
 * <p>The file is UTF-8 with a header that names the columns {@code prompt} and {@code response}, in
 * any order. Every further line is one example; nothing is quoted or escaped, so text holds neither
 * tabs nor line breaks. White space at the ends of a prompt or response belongs to it.
 */
public final class PromptData implements LabelledData {

    private static final String PROMPT = "prompt";
    private static final String RESPONSE = "response";

    /** The columns of such a file. */
    static final TsvTable.Columns COLUMNS =
            new TsvTable.Columns(List.of(PROMPT, RESPONSE), List.of());

    private final TsvTable table;
    private final List<Row> rows;

    PromptData(TsvTable table) {
        this.table = table;
        this.rows =
                table.rows().stream()
                        .map(
                                line ->
                                        new Row(
                                                line.number(),
                                                table.cell(line, PROMPT),
                                                table.cell(line, RESPONSE)))
                        .toList();
    }

    /**
     * One line of the file.
     *
     * @param line its number in the file; the header is line 1
     * @param prompt what the model is given
     * @param response what it is to answer
     */
    public record Row(long line, String prompt, String response) {}

    /**
     * Reads a TSV file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static PromptData read(Path file) throws IOException {
        return new PromptData(TsvTable.read(file, COLUMNS));
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

    /** Returns the response. */
    @Override
    public String label(int row) {
        return rows.get(row).response();
    }

    @Override
    public String where(int row) {
        return table.where(rows.get(row).line());
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
