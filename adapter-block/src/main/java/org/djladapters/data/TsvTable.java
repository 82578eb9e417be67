/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;

/**
 * A tab-separated UTF-8 file: one line a record, nothing quoted or escaped.
 *
 * @param file the file
 * @param sha256 the SHA-256 of its bytes
 * @param lines its lines, at least one
 */
record TsvTable(Path file, String sha256, List<Line> lines) {

    private static final int SHOWN = 80;
    private static final CSVFormat TSV =
            CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter('\t')
                    .setQuote(null)
                    .setIgnoreEmptyLines(false)
                    .get();

    /**
     * A line of the file.
     *
     * @param number its number in the file, from 1
     * @param cells what stands between the tabs
     */
    record Line(long number, List<String> cells) {}

    /**
     * Reads a file.
     *
     * @param columns what its first line should name, for messages
     * @throws IOException if the file is missing, empty or not UTF-8; the message names the line
     */
    static TsvTable read(Path file, String columns) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No data file '%s'; give a TSV file or an image folder".formatted(file));
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = decode(file, bytes);
        try (CSVParser parser = CSVParser.parse(new StringReader(text), TSV)) {
            List<Line> lines =
                    parser.stream()
                            .map(record -> new Line(record.getRecordNumber(), record.toList()))
                            .toList();
            if (text.isBlank() || lines.isEmpty()) {
                throw new IOException(
                        "'%s' is empty: its first line must name the columns %s"
                                .formatted(file, columns));
            }
            return new TsvTable(file, Sha256.of(bytes), lines);
        }
    }

    /** The names of the columns, where the first line is a header. */
    List<String> header() {
        return lines.get(0).cells().stream().map(String::strip).toList();
    }

    /** The lines below the header. */
    List<Line> body() {
        return lines.subList(1, lines.size());
    }

    /** Says where a line stands, for messages. */
    String where(long line) {
        return where(file, line);
    }

    /** Shows a header in a message. */
    String shownHeader() {
        String text = MalformedFileException.printable(String.join(", ", lines.get(0).cells()));
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** Refuses a table without examples. */
    void requireExamples(List<?> rows) throws IOException {
        if (rows.isEmpty()) {
            throw new IOException("'%s' has a header but no examples".formatted(file));
        }
    }

    /**
     * Refuses a line that does not have a cell for every column, or nothing where there must be
     * something.
     *
     * @param columns the names of all columns
     * @param needed those that must not be blank
     */
    void requireCells(Line line, List<String> columns, List<String> needed) throws IOException {
        List<String> cells = line.cells();
        String where = where(line.number());
        if (cells.size() == 1 && cells.get(0).isBlank()) {
            throw new IOException("%s, is blank; remove it".formatted(where));
        }
        if (cells.size() != columns.size()) {
            throw new IOException(
                    "%s, has %d columns instead of %d (%s); columns are separated by tabs"
                            .formatted(
                                    where,
                                    cells.size(),
                                    columns.size(),
                                    String.join(", ", columns)));
        }
        for (String column : needed) {
            if (cells.get(columns.indexOf(column)).isBlank()) {
                throw new IOException("%s, has an empty %s".formatted(where, column));
            }
        }
    }

    /** Reads the text of a UTF-8 file, without a byte order mark. */
    static String decode(Path file, byte[] bytes) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        boolean malformed = decoder.decode(in, out, true).isError();
        String text = out.flip().toString();
        if (malformed) {
            throw new IOException(
                    "%s, is not UTF-8; save the file in that encoding"
                            .formatted(where(file, lineAfter(text))));
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new IOException(
                    "%s, contains a NUL character: this is not a text file, or not UTF-8"
                            .formatted(where(file, lineAfter(text.substring(0, nul)))));
        }
        // Spreadsheets put a byte order mark in front of the first column's name.
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static long lineAfter(String text) {
        return 1 + text.chars().filter(c -> c == '\n').count();
    }

    /** Says where a line of a file stands, for messages. */
    static String where(Path file, long line) {
        return "'%s', line %d".formatted(file, line);
    }
}
