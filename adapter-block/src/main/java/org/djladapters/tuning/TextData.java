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
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sentences or pairs of sentences with a label each, read from a TSV file.
 *
 * <p>The file is UTF-8; its first line names the columns {@code label}, {@code sentence1} and, for
 * pairs, {@code sentence2}, in any order. Columns are separated by one tab. There is no quoting: a
 * {@code "} is a character like any other, so a sentence can't contain a tab or a line break. Every
 * line has every column, and no label or sentence is blank. Labels are stripped of surrounding
 * white space.
 *
 * <p>The tables of GLUE are read as they are published, too, and recognised by their header: SST-2,
 * MRPC, QQP, STS-B, MNLI, QNLI, RTE and WNLI; CoLA, which has none, by four columns of which the
 * second is 0 or 1 and the third empty or of the marks {@code *} and {@code ?}. Lines of QQP and
 * MNLI that lack a sentence or a label (in MNLI {@code -}) are left out, and a warning is logged
 * that tells how many; a line break inside a question of QQP leaves two of them.
 */
public final class TextData implements LabelledData {

    private static final Logger logger = LoggerFactory.getLogger(TextData.class);
    private static final String COLUMNS =
            "%s, %s[, %s]"
                    .formatted(TextLayout.LABEL, TextLayout.SENTENCE_1, TextLayout.SENTENCE_2);
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
     * @param line its number in the file, from 1, the header included
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
                        "'%s' is empty: its first line must name the columns %s"
                                .formatted(file, COLUMNS));
            }
            CSVRecord first = records.next();
            TextLayout layout = layout(file, first.toList());
            List<Row> rows = new ArrayList<>();
            if (!layout.hasHeader()) {
                rows.add(readRow(file, layout, first));
            }
            readRows(file, layout, records, rows);
            if (rows.isEmpty()) {
                throw new IOException("'%s' has a header but no examples".formatted(file));
            }
            return new TextData(file, Sha256.of(bytes), layout.second() != null, rows);
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

    private static TextLayout layout(Path file, List<String> line) throws IOException {
        Optional<TextLayout> layout = TextLayout.find(line);
        if (layout.isPresent()) {
            return layout.get();
        }
        String found = shorten(String.join(", ", line));
        if (TextLayout.isUnlabelled(line)) {
            throw new IOException(
                    ("%s names no column of labels, as in the test tables of GLUE, but only: %s;"
                                    + " give a table with labels")
                            .formatted(at(file, 1), found));
        }
        throw new IOException(
                ("%s must be a header with the columns %s, each once and separated by tabs, or the"
                                + " header of a table of GLUE, but it has: %s")
                        .formatted(at(file, 1), COLUMNS, found));
    }

    private static void readRows(
            Path file, TextLayout layout, Iterator<CSVRecord> records, List<Row> rows)
            throws IOException {
        List<Long> gaps = new ArrayList<>();
        while (records.hasNext()) {
            CSVRecord record = records.next();
            if (layout.isGap(record.toList())) {
                gaps.add(record.getRecordNumber());
            } else {
                rows.add(readRow(file, layout, record));
            }
        }
        if (!gaps.isEmpty()) {
            logger.warn(
                    "'{}': {} of {} lines are left out for want of a label or a sentence; the first"
                            + " is line {}",
                    file,
                    gaps.size(),
                    gaps.size() + rows.size(),
                    gaps.get(0));
        }
    }

    private static Row readRow(Path file, TextLayout layout, CSVRecord record) throws IOException {
        long line = record.getRecordNumber();
        List<String> values = record.toList();
        List<String> columns = layout.columns();
        if (values.size() == 1 && values.get(0).isBlank()) {
            throw new IOException("%s is blank: remove it".formatted(at(file, line)));
        }
        if (values.size() != columns.size()) {
            throw new IOException(
                    "%s has %d columns instead of %d (%s); columns are separated by tabs"
                            .formatted(
                                    at(file, line),
                                    values.size(),
                                    columns.size(),
                                    String.join(", ", columns)));
        }
        for (String column : layout.needed()) {
            if (layout.value(values, column).isBlank()) {
                throw new IOException("%s has an empty %s".formatted(at(file, line), column));
            }
        }
        return new Row(
                line,
                layout.value(values, layout.label()).strip(),
                layout.value(values, layout.first()),
                layout.second() == null ? null : layout.value(values, layout.second()));
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
     * @return true if every example has a second sentence
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
