/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TableReader;
import org.djladapters.data.reading.TextReader;
import org.djladapters.examples.prediction.TextRow;

/** Texts or pairs to predict from, one after another: a file may be larger than memory. */
interface TextRows extends Closeable {

    /** Opens the same rows again, from the first one on. */
    @FunctionalInterface
    interface Source {
        TextRows open() throws IOException;
    }

    /** Tells whether the rows are pairs. */
    boolean arePairs();

    /**
     * Reads the next row.
     *
     * @return the row, null at the end
     * @throws IOException if the row is malformed; the message says where it is
     */
    TextRow next() throws IOException;

    /** Tells files with columns by the ends of their names; others have a text a line. */
    static boolean hasColumns(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".tsv") || name.endsWith(".csv") || name.endsWith(".jsonl");
    }

    /**
     * Opens a file with columns.
     *
     * @param needed the columns of texts, and of second texts of pairs
     * @param further the column of second texts if there is one
     */
    static TextRows ofTable(Path file, List<String> needed, List<String> further)
            throws IOException {
        TableReader reader = TableReader.open(file, needed, further);
        return new TextRows() {
            @Override
            public boolean arePairs() {
                return reader.columns().size() > 1;
            }

            @Override
            public TextRow next() throws IOException {
                Table.Line line = reader.next();
                return line == null
                        ? null
                        : new TextRow(
                                Table.where(file, line.number()),
                                line.cells().get(0),
                                line.cells().stream().skip(1).findFirst());
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    /** Opens a file with a text a line. */
    static TextRows ofLines(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    ("No input file '%s'; give a file with a text a line, a TSV, CSV or JSON Lines"
                                    + " file, or a safetensors file")
                            .formatted(file));
        }
        BufferedReader reader =
                new BufferedReader(new TextReader(file, Files.newInputStream(file)));
        return new TextRows() {
            private long number;

            @Override
            public boolean arePairs() {
                return false;
            }

            @Override
            public TextRow next() throws IOException {
                String line = reader.readLine();
                if (line == null) {
                    return null;
                }
                String where = Table.where(file, ++number);
                if (line.isBlank()) {
                    throw new IOException("%s, is blank; remove it".formatted(where));
                }
                return new TextRow(where, line, Optional.empty());
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    /**
     * Takes texts from memory.
     *
     * @param pairs the second texts, none or as many
     */
    static TextRows of(List<String> texts, List<String> pairs) {
        List<TextRow> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            rows.add(
                    new TextRow(
                            "text " + (i + 1),
                            texts.get(i),
                            pairs.isEmpty() ? Optional.empty() : Optional.of(pairs.get(i))));
        }
        Iterator<TextRow> iterator = rows.iterator();
        return new TextRows() {
            @Override
            public boolean arePairs() {
                return !pairs.isEmpty();
            }

            @Override
            public TextRow next() {
                return iterator.hasNext() ? iterator.next() : null;
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }
}
