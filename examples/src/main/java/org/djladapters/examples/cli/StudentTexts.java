/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TableReader;

/** The texts that a student learns from: what is searched for, and what is found. */
record StudentTexts(List<String> queries, List<String> passages) {

    private static final String QUERY = "sentence1";
    private static final List<String> COLUMNS = List.of("text", QUERY, "sentence2");

    /** Reads files with a text a line, or tables, which have some of the known columns. */
    static StudentTexts read(List<Path> files) throws IOException {
        StudentTexts texts = new StudentTexts(new ArrayList<>(), new ArrayList<>());
        for (Path file : files) {
            if (TextRows.hasColumns(file)) {
                texts.addTable(file);
            } else {
                texts.passages.addAll(TextRows.lines(file));
            }
        }
        return texts;
    }

    private void addTable(Path file) throws IOException {
        try (TableReader reader = TableReader.open(file, List.of(), COLUMNS)) {
            List<String> columns = reader.columns();
            if (columns.isEmpty()) {
                throw new IOException(
                        "'%s' has none of the columns %s; name one of its columns so"
                                .formatted(file, String.join(", ", COLUMNS)));
            }
            for (Table.Line line = reader.next(); line != null; line = reader.next()) {
                for (int i = 0; i < columns.size(); i++) {
                    boolean query = columns.get(i).equals(QUERY);
                    (query ? queries : passages).add(line.cells().get(i));
                }
            }
        }
    }
}
