/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sentences or pairs of sentences with a label each, from a file or from memory.
 *
 * <p>A file is UTF-8 and has the columns {@code label}, {@code sentence1} and, for pairs, {@code
 * sentence2}, in any order, or columns that {@link TextColumns} name. No label or sentence is
 * blank. Labels are stripped of surrounding white space. The end of the file's name tells how it is
 * written:
 *
 * <ul>
 *   <li>{@code .csv}: the first line names the columns, commas separate them, and a value in double
 *       quotes may hold commas, line breaks and, doubled, quotes (RFC 4180).
 *   <li>{@code .jsonl}: every line is a JSON object with the columns as names, whose values are
 *       texts, numbers or booleans.
 *   <li>{@code .parquet}: the columns are texts, numbers or booleans. This needs the libraries
 *       {@code org.apache.parquet:parquet-column}, {@code
 *       org.apache.parquet:parquet-format-structures} and {@code io.airlift:aircompressor}, which
 *       are optional dependencies.
 *   <li>anything else: the first line names the columns, and one tab separates them. There is no
 *       quoting: a {@code "} is a character like any other, so a sentence can't contain a tab or a
 *       line break.
 * </ul>
 *
 * <p>Rows of a file with some millions of characters are not kept in memory: they are in a
 * temporary file that nobody else sees, and {@link #rows} reads a row whenever it is asked for one.
 *
 * <p>The tables of GLUE are read as they are published, too, and recognised by their header: SST-2,
 * MRPC, QQP, STS-B, MNLI, QNLI, RTE and WNLI; CoLA, which has none, by four columns of which the
 * second is 0 or 1 and the third empty or of the marks {@code *} and {@code ?}. Lines of QQP and
 * MNLI that lack a sentence or a label (in MNLI {@code -}) are left out, and a warning is logged
 * that tells how many; a line break inside a question of QQP leaves two of them.
 */
public final class TextData extends LabelledTexts {

    /** The columns of a table of our own. */
    public static final String COLUMNS =
            "%s, %s[, %s]"
                    .formatted(TextLayout.LABEL, TextLayout.SENTENCE_1, TextLayout.SENTENCE_2);

    private static final Logger logger = LoggerFactory.getLogger(TextData.class);

    private final boolean grouped;

    private TextData(Origin origin, boolean pairs, List<Row> rows) {
        this(origin, pairs, false, rows);
    }

    private TextData(Origin origin, boolean pairs, boolean grouped, List<Row> rows) {
        super(origin, pairs, rows);
        this.grouped = grouped;
    }

    /**
     * An example.
     *
     * @param line its number in the file, from 1, the header included; in memory its place, from 1
     * @param label the label as written
     * @param first the first sentence
     * @param second the second sentence; {@code null} where there are single sentences
     */
    public record Row(long line, String label, String first, String second) {

        /**
         * Creates a sentence with its label, to make data of.
         *
         * @param label the label
         * @param sentence the sentence
         * @return the row, without a place yet
         */
        public static Row of(String label, String sentence) {
            return new Row(0, label, sentence, null);
        }

        /**
         * Creates a pair of sentences with its label, to make data of.
         *
         * @param label the label
         * @param first the first sentence
         * @param second the second sentence
         * @return the row, without a place yet
         */
        public static Row of(String label, String first, String second) {
            return new Row(0, label, first, Objects.requireNonNull(second, "second"));
        }

        int characters() {
            return first.length() + (second == null ? 0 : second.length());
        }

        private Row at(long place) {
            return new Row(place, label == null ? null : label.strip(), first, second);
        }
    }

    /**
     * Reads a TSV, CSV, JSON Lines or Parquet file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, malformed or not such a table; the message names
     *     the line
     */
    public static TextData read(Path file) throws IOException {
        return of(Table.read(file, COLUMNS));
    }

    /**
     * Reads columns of a TSV, CSV, JSON Lines or Parquet file that has others, too, or other names
     * for them.
     *
     * @param file the file; its first line names the columns
     * @param columns which columns are read
     * @return its rows in their order
     * @throws IOException if the file is missing, malformed or not such a table, or lacks a column
     *     or a value; the message names the line
     */
    public static TextData read(Path file, TextColumns columns) throws IOException {
        Table table = Table.select(file, columns.names());
        List<Row> rows = table.rows(table.body(), line -> Optional.of(row(columns, line)));
        return new TextData(Origin.file(file, table.sha256()), columns.pair().isPresent(), rows);
    }

    private static Row row(TextColumns columns, Table.Line line) {
        List<String> cells = line.cells();
        String second = columns.pair().isPresent() ? cells.get(2) : null;
        return new Row(line.number(), cells.get(0).strip(), cells.get(1), second);
    }

    /**
     * Takes examples from a query of a database.
     *
     * @param result the result, of which all rows from the next one on are read
     * @param columns which columns are read, in any case, as JDBC has it
     * @return the examples in their order
     * @throws SQLException if the result can't be read
     * @throws IllegalArgumentException if there are no rows or no such columns, or a row lacks a
     *     value; the message says which
     * @see PairData#of(ResultSet, PairColumns) pairs without labels
     */
    public static TextData of(ResultSet result, TextColumns columns) throws SQLException {
        int[] places = ResultColumns.places(columns.names(), result.getMetaData());
        List<Row> rows = new ArrayList<>();
        while (result.next()) {
            String second = columns.pair().isPresent() ? result.getString(places[2]) : null;
            rows.add(new Row(0, result.getString(places[0]), result.getString(places[1]), second));
        }
        return of(rows, columns.pair().isPresent());
    }

    /**
     * Takes examples from memory.
     *
     * @param rows at least one, all single sentences or all pairs; their lines become their places
     * @return the examples in their order
     * @throws IllegalArgumentException if there are no rows, or one lacks a label or a sentence;
     *     the message says which
     */
    public static TextData of(Iterable<Row> rows) {
        List<Row> all = new ArrayList<>();
        rows.forEach(all::add);
        return of(all, all.stream().anyMatch(row -> row.second() != null));
    }

    private static TextData of(List<Row> rows, boolean pairs) {
        List<Row> placed = new ArrayList<>();
        for (Row row : rows) {
            placed.add(row.at(placed.size() + 1L));
        }
        placed.forEach(row -> requireWhole(row, pairs));
        Origin origin =
                Origin.memory(placed, row -> Arrays.asList(row.label(), row.first(), row.second()));
        return new TextData(origin, pairs, placed);
    }

    private static void requireWhole(Row row, boolean pairs) {
        Origin.requireText(row.label(), "label", row.line());
        Origin.requireText(row.first(), "first sentence", row.line());
        if (pairs) {
            Origin.requireText(row.second(), "second sentence", row.line());
        }
    }

    /** Takes labels and sentences out of a table. */
    static TextData of(Table table) throws IOException {
        TextLayout layout = layout(table);
        List<Table.Line> lines = layout.hasHeader() ? table.body() : table.lines();
        List<String> needed = layout.needed();
        List<Long> gaps = new ArrayList<>();
        List<Row> rows =
                table.rows(
                        lines,
                        line -> {
                            if (layout.isGap(line.cells())) {
                                gaps.add(line.number());
                                return Optional.empty();
                            }
                            table.requireCells(line, layout.columns(), needed);
                            return Optional.of(row(layout, line));
                        });
        table.requireExamples(rows);
        if (!gaps.isEmpty()) {
            logger.warn(
                    "'{}': {} of {} lines without a label or a sentence are left out; the first"
                            + " is line {}",
                    table.file(),
                    gaps.size(),
                    lines.size(),
                    gaps.get(0));
        }
        return new TextData(
                Origin.file(table.file(), table.sha256()), layout.second() != null, rows);
    }

    private static TextLayout layout(Table table) throws IOException {
        Optional<TextLayout> layout = TextLayout.find(table);
        if (layout.isPresent()) {
            return layout.get();
        }
        if (TextLayout.isUnlabelled(table.header())) {
            throw new IOException(
                    ("%s, has no label column, as in the test files of GLUE, but only: %s; give"
                                    + " a table with labels"
                                    + searchHint(table))
                            .formatted(table.where(1), table.shownHeader()));
        }
        IOException other = table.otherColumns("%s or %s".formatted(COLUMNS, PromptData.COLUMNS));
        throw new IOException(other.getMessage() + searchHint(table), other);
    }

    /** Returns a hint if a table without labels looks like pairs for search. */
    private static String searchHint(Table table) {
        List<String> names = table.header().stream().map(String::strip).toList();
        if (names.containsAll(List.of("sentence1", "sentence2")) && !names.contains("label")) {
            return "; pairs without labels, such as questions with their passages, are for search"
                    + " (--task embedding, PairData)";
        }
        if (names.size() == 2 && !names.contains("label")) {
            return "; if these are pairs, such as questions with their passages, name the columns"
                    + " sentence1 and sentence2 and train for search (--task embedding, PairData)";
        }
        return "";
    }

    private static Row row(TextLayout layout, Table.Line line) {
        List<String> cells = line.cells();
        return new Row(
                line.number(),
                layout.value(cells, layout.label()).strip(),
                layout.value(cells, layout.first()),
                layout.second() == null ? null : layout.value(cells, layout.second()));
    }

    @Override
    public String label(int row) {
        return rows().get(row).label();
    }

    /**
     * Returns these examples as groups of the same first sentence, which stay together when a part
     * is held out: the passages of a query.
     *
     * @return the same rows
     */
    public TextData groupedByFirst() {
        return new TextData(origin(), isPairs(), true, rows());
    }

    @Override
    public Optional<String> group(int row) {
        return grouped ? Optional.of(rows().get(row).first()) : Optional.empty();
    }

    @Override
    public TextData pick(List<Integer> picked) {
        return new TextData(origin().part(picked), isPairs(), grouped, some(picked));
    }
}
