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
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

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
    private static final CSVFormat TSV =
            CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter('\t')
                    .setQuote(null)
                    .setIgnoreEmptyLines(false)
                    .get();

    private final Path source;
    private final String sha256;
    private final boolean pairs;
    private final List<Row> rows;

    private TextData(Path source, String sha256, boolean pairs, List<Row> rows) {
        this.source = source;
        this.sha256 = sha256;
        this.pairs = pairs;
        this.rows = Collections.unmodifiableList(rows);
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
                        "'%s' is empty: its first line must name the columns %s, %s[, %s]"
                                .formatted(file, LABEL, SENTENCE_1, SENTENCE_2));
            }
            List<String> header = readHeader(file, records.next());
            List<Row> rows = new ArrayList<>();
            while (records.hasNext()) {
                rows.add(readRow(file, header, records.next()));
            }
            if (rows.isEmpty()) {
                throw new IOException("'%s' has a header but no examples".formatted(file));
            }
            return new TextData(file, Sha256.of(bytes), header.contains(SENTENCE_2), rows);
        }
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

    private static List<String> readHeader(Path file, CSVRecord record) throws IOException {
        List<String> header = record.stream().map(String::strip).toList();
        Set<String> unknown = new TreeSet<>(header);
        unknown.removeAll(Set.of(LABEL, SENTENCE_1, SENTENCE_2));
        boolean complete = header.contains(LABEL) && header.contains(SENTENCE_1);
        if (!complete || !unknown.isEmpty() || Set.copyOf(header).size() < header.size()) {
            throw new IOException(
                    ("%s must be a header with the columns %s, %s[, %s], each once and separated by"
                                    + " tabs, but it has: %s")
                            .formatted(
                                    at(file, 1),
                                    LABEL,
                                    SENTENCE_1,
                                    SENTENCE_2,
                                    shorten(String.join(", ", header))));
        }
        return header;
    }

    private static Row readRow(Path file, List<String> header, CSVRecord record)
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
        int second = header.indexOf(SENTENCE_2);
        return new Row(
                line,
                record.get(header.indexOf(LABEL)).strip(),
                record.get(header.indexOf(SENTENCE_1)),
                second < 0 ? null : record.get(second));
    }

    private static String at(Path file, long line) {
        return "'%s', line %d,".formatted(file, line);
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
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
    public int size() {
        return rows.size();
    }

    @Override
    public String label(int row) {
        return rows.get(row).label();
    }

    @Override
    public String where(int row) {
        return "'%s', line %d".formatted(source, rows.get(row).line());
    }

    @Override
    public TextData pick(List<Integer> picked) {
        List<Row> some = picked.stream().map(rows::get).toList();
        return new TextData(source, Sha256.ofPart(sha256, picked), pairs, some);
    }

    /**
     * Says whether the examples are pairs of sentences.
     *
     * @return true if the file has the column {@code sentence2}
     */
    public boolean isPairs() {
        return pairs;
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
