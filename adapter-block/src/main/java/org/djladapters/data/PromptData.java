/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.djladapters.io.Sha256;

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
    public static final String COLUMNS = PROMPT + ", " + RESPONSE;

    private final Path source;
    private final String sha256;
    private final List<Row> rows;

    private PromptData(Path source, String sha256, List<Row> rows) {
        this.source = source;
        this.sha256 = sha256;
        this.rows = Collections.unmodifiableList(rows);
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
        return of(TsvTable.read(file, COLUMNS));
    }

    /** Tells a table that is meant to hold prompts or responses. */
    static boolean isIn(TsvTable table) {
        return table.header().contains(PROMPT) || table.header().contains(RESPONSE);
    }

    /** Takes prompts and responses out of a table. */
    static PromptData of(TsvTable table) throws IOException {
        List<String> header = table.header();
        if (header.size() != 2 || !header.containsAll(List.of(PROMPT, RESPONSE))) {
            throw new IOException(
                    ("%s, must be a header with the columns %s, each once and separated by tabs,"
                                    + " but it has: %s")
                            .formatted(table.where(1), COLUMNS, table.shownHeader()));
        }
        List<Row> rows = new ArrayList<>();
        for (TsvTable.Line line : table.body()) {
            table.requireCells(line, header, header);
            rows.add(
                    new Row(
                            line.number(),
                            line.cells().get(header.indexOf(PROMPT)),
                            line.cells().get(header.indexOf(RESPONSE))));
        }
        table.requireExamples(rows);
        return new PromptData(table.file(), table.sha256(), rows);
    }

    @Override
    public Path source() {
        return source;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.CAUSAL_LM);
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
        return TsvTable.where(source, rows.get(row).line());
    }

    @Override
    public PromptData pick(List<Integer> picked) {
        List<Row> some = picked.stream().map(rows::get).toList();
        return new PromptData(source, Sha256.ofPart(sha256, picked), some);
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
