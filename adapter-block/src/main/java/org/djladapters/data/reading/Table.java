/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;

/**
 * A table in a file: CSV, JSON Lines or Parquet if its name says so, else TSV.
 *
 * @param lines its lines, at least one; the first one may be a header. Many are not in memory
 */
public record Table(Path file, String sha256, TableForm form, List<Line> lines) {

    private static final int SHOWN = 80;

    /**
     * A line of the file.
     *
     * @param number its number in the file, from 1; the first of several that it takes
     */
    public record Line(long number, List<String> cells) {}

    /**
     * Reads a file with all its columns.
     *
     * @param columns what its first line should name, for messages
     */
    public static Table read(Path file, String columns) throws IOException {
        return read(file, columns, Set.of());
    }

    /**
     * Reads a file with all its columns.
     *
     * @param lists columns that may have lists in JSON Lines or Parquet; their cells are the lists
     *     as JSON
     */
    public static Table read(Path file, String columns, Set<String> lists) throws IOException {
        requireFile(file);
        LineStore lines = new LineStore();
        MessageDigest digest = Sha256.digest();
        boolean isBlank = true;
        try (TableForm.Lines reader =
                TableForm.of(file).open(file, digest, Optional.empty(), lists)) {
            for (Line line = reader.next(); line != null; line = reader.next()) {
                isBlank = isBlank && String.join("", line.cells()).isBlank();
                lines.add(line);
            }
        }
        if (isBlank) {
            throw isEmpty(file, columns);
        }
        return of(file, digest, lines);
    }

    /**
     * Reads some columns of a file whose first line is a header; others may hold anything.
     *
     * @return these columns in this order, with a value in each cell; the first line names them
     */
    public static Table select(Path file, List<String> wanted) throws IOException {
        return select(file, wanted, Set.of());
    }

    /**
     * Reads some columns likewise.
     *
     * @param lists those that may have nothing in a cell or, in JSON Lines or Parquet, lists; such
     *     a cell is the list as JSON
     */
    public static Table select(Path file, List<String> wanted, Set<String> lists)
            throws IOException {
        LineStore lines = new LineStore();
        MessageDigest digest = Sha256.digest();
        TableReader reader = TableReader.open(file, wanted, List.of(), lists, digest);
        try (reader) {
            lines.add(new Line(1, wanted));
            for (Line line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        Table table = of(file, digest, lines);
        table.requireExamples(table.body());
        return table;
    }

    private static Table of(Path file, MessageDigest digest, LineStore lines) throws IOException {
        return new Table(file, Sha256.hex(digest.digest()), TableForm.of(file), lines.lines());
    }

    static void requireFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No data file '%s'; give a TSV, CSV, JSON Lines or Parquet file"
                            .formatted(file));
        }
    }

    /** Says that a file has nothing in it. */
    static IOException isEmpty(Path file, String columns) {
        return new IOException(
                "'%s' is empty: its first line must name the columns %s".formatted(file, columns));
    }

    /** Refuses a header that does not name a column once. */
    static void requireOnce(Path file, String column, List<String> header) throws IOException {
        int times = Collections.frequency(header, column);
        if (times == 0) {
            throw new IOException(
                    "'%s' has no column '%s'; it has: %s".formatted(file, column, shown(header)));
        }
        if (times > 1) {
            throw new IOException(
                    "%s, names the column '%s' %d times; rename all but one"
                            .formatted(where(file, 1), column, times));
        }
    }

    /** Returns the names of the columns, if the first line is a header. */
    public List<String> header() {
        return lines.get(0).cells().stream().map(String::strip).toList();
    }

    /** Returns the lines below the header. */
    public List<Line> body() {
        return lines.subList(1, lines.size());
    }

    /**
     * Makes rows of lines: at once, or if the lines are too many for memory when a row is asked
     * for. Then, too, all of them are made once, so that none is refused later.
     *
     * @param lines some of this table's
     */
    public <R> List<R> rows(List<Line> lines, RowMaker<R> maker) throws IOException {
        boolean stored = this.lines instanceof StoredLines;
        List<R> rows = new ArrayList<>();
        int[] kept = new int[lines.size()];
        int count = 0;
        for (int i = 0; i < kept.length; i++) {
            Optional<R> row = maker.make(lines.get(i));
            if (row.isPresent()) {
                kept[count] = i;
                count++;
                if (!stored) {
                    rows.add(row.get());
                }
            }
        }
        return stored
                ? new StoredRows<>(Arrays.copyOf(kept, count), i -> again(lines.get(i), maker))
                : rows;
    }

    private static <R> R again(Line line, RowMaker<R> maker) {
        try {
            return maker.make(line).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Makes rows of lines. */
    @FunctionalInterface
    public interface RowMaker<R> {

        /**
         * Makes a row.
         *
         * @return the row; empty if the line is left out
         * @throws IOException if the line is no row; the message names it
         */
        Optional<R> make(Line line) throws IOException;
    }

    /** Says where a line stands, for messages. */
    public String where(long line) {
        return where(file, line);
    }

    /** Says where a line of a file stands, for messages. */
    public static String where(Path file, long line) {
        String what = TableForm.of(file) == TableForm.PARQUET ? "row" : "line";
        return "'%s', %s %d".formatted(file, what, line);
    }

    /** Shows the first line in a message. */
    public String shownHeader() {
        return shown(lines.get(0).cells());
    }

    private static String shown(List<String> header) {
        String text = MalformedFileException.printable(String.join(", ", header));
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** Describes a first line that does not name the columns that it should. */
    public IOException otherColumns(String columns) {
        if (form == TableForm.PARQUET) {
            return new IOException(
                    ("'%s' must have the columns %s and no others, but it has: %s; name those that"
                                    + " are to be read")
                            .formatted(file, columns, shownHeader()));
        }
        return new IOException(
                "%s, must be %s the columns %s, each once and %s, but it has: %s"
                        .formatted(
                                where(1),
                                form == TableForm.JSON_LINES ? "an object with" : "a header with",
                                columns,
                                form.columns(),
                                shownHeader()));
    }

    /**
     * Refuses a header without just these columns, in any order.
     *
     * @param shown the columns for the message
     */
    public void requireColumns(List<String> columns, String shown) throws IOException {
        List<String> header = header();
        if (header.size() != columns.size() || !header.containsAll(columns)) {
            throw otherColumns(shown);
        }
    }

    /** Refuses a table without examples. */
    public void requireExamples(List<?> rows) throws IOException {
        if (rows.isEmpty()) {
            throw new IOException("'%s' has a header but no examples".formatted(file));
        }
    }

    /**
     * Refuses a line that does not have a cell for every column, or nothing where there must be
     * something.
     *
     * @param needed those that must not be blank
     */
    public void requireCells(Line line, List<String> columns, List<String> needed)
            throws IOException {
        requireCells(file, form, line, columns, needed);
    }

    /** Refuses such a line of a file that is not held in memory. */
    static void requireCells(
            Path file, TableForm form, Line line, List<String> columns, List<String> needed)
            throws IOException {
        List<String> cells = line.cells();
        if (!form.isStructured() && cells.size() == 1 && cells.get(0).isBlank()) {
            throw new IOException("%s, is blank; remove it".formatted(where(file, line.number())));
        }
        if (cells.size() != columns.size()) {
            throw new IOException(
                    "%s, has %d columns instead of %d (%s); columns are %s"
                            .formatted(
                                    where(file, line.number()),
                                    cells.size(),
                                    columns.size(),
                                    String.join(", ", columns),
                                    form.columns()));
        }
        for (String column : needed) {
            String cell = cells.get(columns.indexOf(column));
            if (cell == null || cell.isBlank()) {
                throw new IOException(
                        "%s, has an empty %s".formatted(where(file, line.number()), column));
            }
        }
    }
}
