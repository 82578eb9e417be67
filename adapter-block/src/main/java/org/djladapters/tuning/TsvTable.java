/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A tab-separated UTF-8 file with a header: one line an example, nothing quoted or escaped, no cell
 * blank.
 *
 * @param file the file
 * @param sha256 the SHA-256 of its bytes
 * @param columns what the header was taken for
 * @param header the columns in the file's order
 * @param rows the lines below the header
 */
record TsvTable(Path file, String sha256, Columns columns, List<String> header, List<Line> rows) {

    private static final CSVFormat TSV =
            CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter('\t')
                    .setQuote(null)
                    .setIgnoreEmptyLines(false)
                    .get();

    /**
     * The columns of a kind of table.
     *
     * @param required those that must be there
     * @param optional those that may
     */
    record Columns(List<String> required, List<String> optional) {

        private boolean hasAnyOf(List<String> header) {
            return header.stream().anyMatch(c -> required.contains(c) || optional.contains(c));
        }

        private boolean fits(List<String> header) {
            Set<String> unknown = new TreeSet<>(header);
            unknown.removeAll(required);
            unknown.removeAll(optional);
            return header.containsAll(required)
                    && unknown.isEmpty()
                    && Set.copyOf(header).size() == header.size();
        }

        @Override
        public String toString() {
            String more = optional.isEmpty() ? "" : "[, " + String.join(", ", optional) + "]";
            return String.join(", ", required) + more;
        }
    }

    /**
     * A line of the file.
     *
     * @param number its number in the file; the header is line 1
     * @param cells one for each column
     */
    record Line(long number, List<String> cells) {}

    /**
     * Reads a file.
     *
     * @param kinds the columns that it may have
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    static TsvTable read(Path file, Columns... kinds) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No data file '%s': give a TSV file or an image folder".formatted(file));
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = decode(file, bytes);
        try (CSVParser parser = CSVParser.parse(new StringReader(text), TSV)) {
            Iterator<CSVRecord> records = parser.iterator();
            if (text.isBlank() || !records.hasNext()) {
                throw new IOException(
                        "'%s' is empty: its first line must name the columns %s"
                                .formatted(file, describe(kinds)));
            }
            List<String> header = records.next().stream().map(String::strip).toList();
            Columns columns = choose(file, header, kinds);
            List<Line> rows = new ArrayList<>();
            while (records.hasNext()) {
                rows.add(readLine(file, header, records.next()));
            }
            if (rows.isEmpty()) {
                throw new IOException("'%s' has a header but no examples".formatted(file));
            }
            return new TsvTable(
                    file, Sha256.of(bytes), columns, header, Collections.unmodifiableList(rows));
        }
    }

    /** Returns a cell of a line; null if the table has no such column. */
    String cell(Line line, String column) {
        int index = header.indexOf(column);
        return index < 0 ? null : line.cells().get(index);
    }

    /** Says where a line stands, for messages. */
    String where(long line) {
        return "'%s', line %d".formatted(file, line);
    }

    private static String decode(Path file, byte[] bytes) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        boolean malformed = decoder.decode(in, out, true).isError();
        String text = out.flip().toString();
        if (malformed) {
            throw new IOException(
                    "%s is not UTF-8: save the file in that encoding"
                            .formatted(at(file, lineAfter(text))));
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new IOException(
                    "%s contains a NUL character: this is not a text file, or not UTF-8"
                            .formatted(at(file, lineAfter(text.substring(0, nul)))));
        }
        // Spreadsheets put a byte order mark in front of the first column's name.
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static long lineAfter(String text) {
        return 1 + text.chars().filter(c -> c == '\n').count();
    }

    private static Columns choose(Path file, List<String> header, Columns... kinds)
            throws IOException {
        for (Columns columns : kinds) {
            if (columns.fits(header)) {
                return columns;
            }
        }
        Columns[] meant =
                Arrays.stream(kinds).filter(k -> k.hasAnyOf(header)).toArray(Columns[]::new);
        throw new IOException(
                ("%s must be a header with the columns %s, each once and separated by tabs, but it"
                                + " has: %s")
                        .formatted(
                                at(file, 1),
                                describe(meant.length == 0 ? kinds : meant),
                                shorten(String.join(", ", header))));
    }

    private static String describe(Columns... kinds) {
        return Arrays.stream(kinds).map(Columns::toString).collect(Collectors.joining(" or "));
    }

    private static Line readLine(Path file, List<String> header, CSVRecord record)
            throws IOException {
        long line = record.getRecordNumber();
        if (record.size() == 1 && record.get(0).isBlank()) {
            throw new IOException("%s is blank: remove it".formatted(at(file, line)));
        }
        if (record.size() != header.size()) {
            throw new IOException(
                    "%s has %d columns where the header has %d (%s); columns are separated by tabs"
                            .formatted(
                                    at(file, line),
                                    record.size(),
                                    header.size(),
                                    String.join(", ", header)));
        }
        for (int i = 0; i < header.size(); i++) {
            if (record.get(i).isBlank()) {
                throw new IOException(
                        "%s has an empty %s".formatted(at(file, line), header.get(i)));
            }
        }
        return new Line(line, record.stream().toList());
    }

    private static String at(Path file, long line) {
        return "'%s', line %d,".formatted(file, line);
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
