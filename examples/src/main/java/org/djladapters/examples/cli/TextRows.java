/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.LineNumberReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TableReader;
import org.djladapters.data.reading.TextReader;
import org.djladapters.examples.prediction.TextRow;

/** Reads texts or pairs to predict from one by one, since a file may be larger than memory. */
final class TextRows implements Closeable {

    private final boolean pairs;
    private final Rows rows;
    private final Closeable file;

    private TextRows(boolean pairs, Rows rows, Closeable file) {
        this.pairs = pairs;
        this.rows = rows;
        this.file = file;
    }

    @FunctionalInterface
    private interface Rows {
        TextRow next() throws IOException;
    }

    /** Opens the same rows again and again. */
    @FunctionalInterface
    interface Source {
        TextRows open() throws IOException;
    }

    /** Tells whether the rows are pairs. */
    boolean arePairs() {
        return pairs;
    }

    /** Reads the next row; null at the end. Messages about a malformed row name its place. */
    TextRow next() throws IOException {
        return rows.next();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Tells by the end of its name whether a file has columns; others have a text per line. */
    static boolean hasColumns(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(".tsv", ".csv", ".jsonl", ".parquet").anyMatch(name::endsWith);
    }

    /** Opens a file with columns of texts and perhaps of second texts, required or optional. */
    static TextRows ofTable(Path file, List<String> needed, List<String> further)
            throws IOException {
        TableReader reader = TableReader.open(file, needed, further);
        return new TextRows(reader.columns().size() > 1, () -> row(file, reader.next()), reader);
    }

    private static TextRow row(Path file, Table.Line line) {
        return line == null
                ? null
                : new TextRow(
                        Table.where(file, line.number()),
                        line.cells().get(0),
                        line.cells().stream().skip(1).findFirst());
    }

    /** Opens a file with a text per line. */
    static TextRows ofLines(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    ("No input file '%s'; give a file with a text a line, a TSV, CSV, JSON Lines"
                                    + " or Parquet file, or a safetensors file")
                            .formatted(file));
        }
        LineNumberReader reader =
                new LineNumberReader(new TextReader(file, Files.newInputStream(file)));
        return new TextRows(
                false, () -> row(file, reader.readLine(), reader.getLineNumber()), reader);
    }

    /** Reads a file with a text per line into memory. */
    static List<String> lines(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (TextRows rows = ofLines(file)) {
            for (TextRow row = rows.next(); row != null; row = rows.next()) {
                texts.add(row.text());
            }
        }
        return texts;
    }

    private static TextRow row(Path file, String line, long number) throws IOException {
        if (line == null) {
            return null;
        }
        String where = Table.where(file, number);
        if (line.isBlank()) {
            throw new IOException("%s, is blank; remove it".formatted(where));
        }
        return new TextRow(where, line, Optional.empty());
    }

    /** Returns rows of texts in memory, with second texts for all or none. */
    static TextRows of(List<String> texts, List<String> pairs) {
        Iterator<TextRow> rows =
                IntStream.range(0, texts.size())
                        .mapToObj(
                                i ->
                                        new TextRow(
                                                "text " + (i + 1),
                                                texts.get(i),
                                                pairs.stream().skip(i).findFirst()))
                        .iterator();
        return new TextRows(!pairs.isEmpty(), () -> rows.hasNext() ? rows.next() : null, () -> {});
    }
}
