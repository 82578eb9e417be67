/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextLayout;

/**
 * Texts or pairs of texts of which each has any number of labels, from a file or from memory.
 *
 * <p>A file is written as {@link TextData} describes it, with the column {@code label} or {@code
 * labels}. In JSON Lines that is a list, {@code "label": ["delivery", "billing"]}, which is empty
 * where a text has no label. In a table the labels are separated, {@code delivery|billing}, or they
 * are such a list of JSON; an empty cell says that a text has none. White space around labels is
 * left out.
 */
public final class MultiLabelData extends LabelledTexts {

    /** What stands between the labels of a text, unless another separator is given. */
    public static final String SEPARATOR = "|";

    private static final String LABELS = "labels";
    private static final Set<String> LABEL_COLUMNS = Set.of(TextLayout.LABEL, LABELS);

    private final String separator;

    private MultiLabelData(
            Origin origin, boolean pairs, String separator, List<TextData.Row> rows) {
        super(origin, pairs, rows);
        this.separator = separator;
    }

    /**
     * An example to make data of.
     *
     * @param labels its labels, all different
     * @param first the first text
     * @param second the second text of a pair; {@code null} where there are single texts
     */
    public record Row(List<String> labels, String first, String second) {

        /**
         * Creates a text with its labels.
         *
         * @param labels the labels
         * @param text the text
         * @return the row
         */
        public static Row of(List<String> labels, String text) {
            return new Row(labels, text, null);
        }

        /**
         * Creates a pair of texts with its labels.
         *
         * @param labels the labels
         * @param first the first text
         * @param second the second text
         * @return the row
         */
        public static Row of(List<String> labels, String first, String second) {
            return new Row(labels, first, Objects.requireNonNull(second, "second"));
        }

        private TextData.Row at(long place) {
            JsonArray list = new JsonArray();
            labels.forEach(list::add);
            return new TextData.Row(place, list.toString(), first, second);
        }
    }

    /**
     * Reads a TSV, CSV, JSON Lines or Parquet file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static MultiLabelData read(Path file) throws IOException {
        return read(file, SEPARATOR);
    }

    /**
     * Reads a TSV, CSV, JSON Lines or Parquet file.
     *
     * @param file the file
     * @param separator what stands between the labels of a text
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static MultiLabelData read(Path file, String separator) throws IOException {
        String columns = TextData.COLUMNS + " (or labels)";
        Table table = Table.read(file, columns, LABEL_COLUMNS);
        List<String> header = table.header();
        boolean pairs = header.contains(TextLayout.SENTENCE_2);
        String label = header.contains(LABELS) ? LABELS : TextLayout.LABEL;
        TextColumns own = TextColumns.of(TextLayout.SENTENCE_1).withLabel(label);
        TextColumns wanted = pairs ? own.withPair(TextLayout.SENTENCE_2) : own;
        table.requireColumns(wanted.names(), columns);
        return of(table, wanted, separator);
    }

    /**
     * Reads columns of a TSV, CSV, JSON Lines or Parquet file that has others, too, or other names
     * for them.
     *
     * @param file the file; its first line names the columns
     * @param columns which columns are read
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table, or lacks a column
     *     or a text; the message names the line
     */
    public static MultiLabelData read(Path file, TextColumns columns) throws IOException {
        return read(file, columns, SEPARATOR);
    }

    /**
     * Reads columns of a TSV, CSV, JSON Lines or Parquet file that has others, too, or other names
     * for them.
     *
     * @param file the file; its first line names the columns
     * @param columns which columns are read
     * @param separator what stands between the labels of a text
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table, or lacks a column
     *     or a text; the message names the line
     */
    public static MultiLabelData read(Path file, TextColumns columns, String separator)
            throws IOException {
        return of(Table.select(file, columns.names(), Set.of(columns.label())), columns, separator);
    }

    private static MultiLabelData of(Table table, TextColumns columns, String separator)
            throws IOException {
        requireSeparator(separator);
        boolean pairs = columns.pair().isPresent();
        List<String> header = table.header();
        int[] places = columns.names().stream().mapToInt(header::indexOf).toArray();
        List<String> texts = columns.names().subList(1, places.length);
        List<TextData.Row> rows =
                table.rows(
                        table.body(),
                        line -> {
                            table.requireCells(line, header, texts);
                            requireLabels(table, line, line.cells().get(places[0]), separator);
                            return Optional.of(row(line, places, pairs));
                        });
        table.requireExamples(rows);
        Origin origin = Origin.file(table.file(), table.sha256());
        return new MultiLabelData(origin, pairs, separator, rows);
    }

    private static TextData.Row row(Table.Line line, int[] places, boolean pairs) {
        List<String> cells = line.cells();
        return new TextData.Row(
                line.number(),
                cells.get(places[0]),
                cells.get(places[1]),
                pairs ? cells.get(places[2]) : null);
    }

    private static void requireLabels(Table table, Table.Line line, String cell, String separator)
            throws IOException {
        try {
            requireDifferent(labels(cell, separator));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s, %s".formatted(table.where(line.number()), e.getMessage()), e);
        }
    }

    /**
     * Requires a separator of labels.
     *
     * @param separator what stands between the labels of a text
     * @throws IllegalArgumentException if it is empty
     */
    public static void requireSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException(
                    "The separator of labels is empty; give one such as | or ;");
        }
    }

    private static List<String> labels(String cell, String separator) {
        if (cell == null) {
            throw new IllegalArgumentException(
                    "has no labels; write an empty list, [], where a text has none");
        }
        String text = cell.strip();
        if (text.startsWith("[")) {
            return list(text);
        }
        return Stream.of(text.split(Pattern.quote(separator), -1))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .toList();
    }

    private static List<String> list(String json) {
        try {
            if (JsonParser.parseString(json) instanceof JsonArray list
                    && list.asList().stream().allMatch(JsonElement::isJsonPrimitive)) {
                List<String> labels =
                        list.asList().stream().map(label -> label.getAsString().strip()).toList();
                if (labels.stream().noneMatch(String::isEmpty)) {
                    return labels;
                }
            }
        } catch (JsonParseException e) {
            // what follows is said of it
        }
        throw new IllegalArgumentException(
                "has labels that are no list of texts; write [\"one\", \"two\"], or one|two in a"
                        + " table");
    }

    private static void requireDifferent(List<String> labels) {
        Set<String> known = new HashSet<>();
        for (String label : labels) {
            if (!known.add(label)) {
                throw new IllegalArgumentException(
                        "has the label '%s' twice; name every label of a text once, not a 0 or 1 for each class"
                                .formatted(label));
            }
        }
    }

    /**
     * Takes examples from memory.
     *
     * @param rows at least one, all single texts or all pairs; their lines become their places
     * @return the examples in their order
     * @throws IllegalArgumentException if there are no rows, one lacks a text, or a label of one is
     *     blank or stands there twice; the message says which
     */
    public static MultiLabelData of(Iterable<Row> rows) {
        List<TextData.Row> placed = new ArrayList<>();
        for (Row row : rows) {
            requireWhole(row, placed.size() + 1L);
            placed.add(row.at(placed.size() + 1L));
        }
        boolean pairs = placed.stream().anyMatch(row -> row.second() != null);
        for (TextData.Row row : placed) {
            if (pairs) {
                Origin.requireText(row.second(), "second text", row.line());
            }
        }
        Origin origin =
                Origin.memory(placed, row -> Arrays.asList(row.label(), row.first(), row.second()));
        return new MultiLabelData(origin, pairs, SEPARATOR, placed);
    }

    private static void requireWhole(Row row, long place) {
        row.labels().forEach(label -> Origin.requireText(label, "label", place));
        Origin.requireText(row.first(), "first text", place);
        try {
            requireDifferent(row.labels().stream().map(String::strip).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s %s".formatted(Origin.whereInMemory(place), e.getMessage()), e);
        }
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.MULTI_LABEL_CLASSIFICATION);
    }

    /**
     * Returns the labels of an example.
     *
     * @param row the example, from 0
     * @return its labels, all different
     */
    public List<String> labels(int row) {
        return labels(rows().get(row).label(), separator);
    }

    /** Returns all labels of an example with {@value #SEPARATOR} between them, empty for none. */
    @Override
    public String label(int row) {
        return String.join(SEPARATOR, labels(row));
    }

    /** Returns every label that an example has. */
    Stream<String> classes() {
        return IntStream.range(0, size()).boxed().flatMap(row -> labels(row).stream()).distinct();
    }

    @Override
    public MultiLabelData pick(List<Integer> picked) {
        return new MultiLabelData(origin().part(picked), isPairs(), separator, some(picked));
    }
}
