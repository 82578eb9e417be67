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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextLayout;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.PlainNumber;

/**
 * Pairs of texts to train embeddings: texts that belong together, such as a question and a passage
 * that answers it, perhaps with texts that do not (triplets), or pairs with a score of how similar
 * they are.
 *
 * <p>A file is TSV, or CSV or JSON Lines by its name, with the columns {@code sentence1} and {@code
 * sentence2}, and perhaps {@code label}, a score, which is a number, or one or more texts that do
 * not belong to {@code sentence1}: {@code negative}, or {@code negative_1}, {@code negative_2} and
 * so on. They stand in any order, separated by one tab; nothing is quoted or escaped, so a text
 * holds neither tabs nor line breaks, and no cell is blank.
 */
public final class PairData extends RowData<PairData.Row> {

    /** The columns of such a file. */
    public static final String COLUMNS = "sentence1, sentence2[, label | negative]";

    private static final Pattern BREAK = Pattern.compile("[\t\r\n]");
    private static final Pattern NEGATIVE = Pattern.compile("negative(_\\d+)?");

    private int[] together;

    private PairData(Origin origin, List<Row> rows) {
        super(origin, rows, Row::line);
    }

    /**
     * A pair.
     *
     * @param line its number in the file, the header being line 1; from memory its place, from 1
     * @param first the first text, in retrieval the query
     * @param second the second text, in retrieval a relevant passage
     * @param score how similar they are, on any scale, where more is more similar; empty where they
     *     belong together
     * @param negatives texts that do not belong to the first; may be empty, and is for a pair with
     *     a score
     */
    public record Row(
            long line, String first, String second, OptionalDouble score, List<String> negatives) {

        /** Checks the texts and the score. */
        public Row {
            Objects.requireNonNull(score, "A pair without a score has an empty one");
            negatives = List.copyOf(negatives);
            texts(first, second, negatives).forEach(Row::requireText);
            if (score.isPresent() && !Double.isFinite(score.getAsDouble())) {
                throw new IllegalArgumentException(
                        "The score of a pair must be finite, got "
                                + PlainNumber.of(score.getAsDouble()));
            }
            if (score.isPresent() && !negatives.isEmpty()) {
                throw new IllegalArgumentException("A pair has a score or negatives, not both");
            }
        }

        /**
         * Creates texts that belong together, with texts that do not, if any are given.
         *
         * @param first the first text
         * @param second the second text
         * @param negatives texts that do not belong to the first
         * @return the row
         */
        public static Row of(String first, String second, String... negatives) {
            return new Row(0, first, second, OptionalDouble.empty(), List.of(negatives));
        }

        /**
         * Creates a pair with a score.
         *
         * @param first the first text
         * @param second the second text
         * @param score how similar they are
         * @return the row
         */
        public static Row scored(String first, String second, double score) {
            return new Row(0, first, second, OptionalDouble.of(score), List.of());
        }

        /**
         * Returns all texts: the first, the second, and the negatives.
         *
         * @return the texts in this order
         */
        public List<String> texts() {
            return texts(first, second, negatives).toList();
        }

        /**
         * Returns all texts as a model encodes them: those of a pair with a score as plain texts,
         * else the first as a query and the others as passages.
         *
         * @param sentences the prompts of the model
         * @return the texts in the order of {@link #texts()}
         */
        public List<String> prompted(SentenceSettings sentences) {
            if (score.isPresent()) {
                return texts().stream().map(sentences::plain).toList();
            }
            return Stream.concat(
                            Stream.of(sentences.query(first)),
                            texts().stream().skip(1).map(sentences::passage))
                    .toList();
        }

        private static Stream<String> texts(String first, String second, List<String> negatives) {
            return Stream.concat(Stream.of(first, second), negatives.stream());
        }

        private static void requireText(String text) {
            if (text == null || text.isBlank()) {
                throw new IllegalArgumentException("A text of a pair is empty");
            }
        }

        private Row at(long place) {
            return new Row(place, first, second, score, negatives);
        }

        private List<String> cells() {
            List<String> cells = new ArrayList<>(texts());
            score.ifPresent(number -> cells.add(PlainNumber.of(number)));
            return cells;
        }
    }

    /**
     * Reads a TSV file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static PairData read(Path file) throws IOException {
        Table table = Table.read(file, COLUMNS);
        List<String> header = table.header();
        requireColumns(table, header);
        List<Row> rows =
                table.rows(
                        table.body(),
                        line -> {
                            table.requireCells(line, header, header);
                            return Optional.of(row(table, header, line));
                        });
        table.requireExamples(rows);
        return new PairData(Origin.file(file, table.sha256()), rows);
    }

    /**
     * Reads columns of a TSV, CSV or JSON Lines file that has others, too, or other names for them.
     *
     * @param file the file; its first line names the columns
     * @param columns which columns are read
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table, or lacks a column
     *     or a value; the message names the line
     */
    public static PairData read(Path file, PairColumns columns) throws IOException {
        Table table = Table.select(file, columns.names());
        List<Row> rows = table.rows(table.body(), line -> Optional.of(row(table, columns, line)));
        return new PairData(Origin.file(file, table.sha256()), rows);
    }

    private static Row row(Table table, PairColumns columns, Table.Line line) throws IOException {
        List<String> cells = line.cells();
        OptionalDouble score =
                columns.score().isPresent()
                        ? OptionalDouble.of(score(table, line, cells.get(2).strip()))
                        : OptionalDouble.empty();
        return row(line.number(), cells, score);
    }

    /** Makes a row of two texts and, unless there is a score, the negatives after them. */
    private static Row row(long place, List<String> cells, OptionalDouble score) {
        List<String> negatives = score.isPresent() ? List.of() : cells.subList(2, cells.size());
        return new Row(place, cells.get(0), cells.get(1), score, negatives);
    }

    /**
     * Takes pairs from a query of a database.
     *
     * @param result the result, of which all rows from the next one on are read
     * @param columns which columns are read, in any case, as JDBC has it
     * @return the pairs in their order
     * @throws SQLException if the result can't be read, or a score is no number
     * @throws IllegalArgumentException if there are no rows or no such columns, or a row lacks a
     *     value; the message says which
     */
    public static PairData of(ResultSet result, PairColumns columns) throws SQLException {
        int[] places = ResultColumns.places(columns.names(), result.getMetaData());
        List<Row> rows = new ArrayList<>();
        while (result.next()) {
            long place = rows.size() + 1L;
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < places.length; i++) {
                String cell = result.getString(places[i]);
                Origin.requireText(cell, "value in the column " + columns.names().get(i), place);
                cells.add(cell);
            }
            OptionalDouble score =
                    columns.score().isPresent()
                            ? OptionalDouble.of(result.getDouble(places[2]))
                            : OptionalDouble.empty();
            rows.add(row(place, cells, score));
        }
        return of(rows);
    }

    private static void requireColumns(Table table, List<String> header) throws IOException {
        List<String> others = new ArrayList<>(header);
        boolean pairs =
                others.remove(TextLayout.SENTENCE_1) && others.remove(TextLayout.SENTENCE_2);
        boolean rest =
                others.equals(List.of(TextLayout.LABEL))
                        || others.stream().allMatch(name -> NEGATIVE.matcher(name).matches());
        if (!pairs || !rest || new HashSet<>(others).size() < others.size()) {
            throw table.otherColumns(COLUMNS);
        }
    }

    private static Row row(Table table, List<String> header, Table.Line line) throws IOException {
        OptionalDouble score = OptionalDouble.empty();
        List<String> negatives = new ArrayList<>();
        for (int column = 0; column < header.size(); column++) {
            String cell = line.cells().get(column);
            if (header.get(column).equals(TextLayout.LABEL)) {
                score = OptionalDouble.of(score(table, line, cell.strip()));
            } else if (NEGATIVE.matcher(header.get(column)).matches()) {
                negatives.add(cell);
            }
        }
        return new Row(
                line.number(),
                line.cells().get(header.indexOf(TextLayout.SENTENCE_1)),
                line.cells().get(header.indexOf(TextLayout.SENTENCE_2)),
                score,
                negatives);
    }

    private static double score(Table table, Table.Line line, String label) throws IOException {
        OptionalDouble score = LabelSpace.number(label);
        if (score.isEmpty()) {
            throw new IOException(
                    "%s, has the label '%s' where a number is needed, the score of the pair"
                            .formatted(table.where(line.number()), label));
        }
        return score.getAsDouble();
    }

    /**
     * Takes pairs from memory.
     *
     * @param rows at least one; all have a score, or all have the same number of negatives. Their
     *     line numbers are replaced by their places
     * @return the pairs
     */
    public static PairData of(List<Row> rows) {
        List<Row> placed = new ArrayList<>();
        for (Row row : rows) {
            requireAlike(rows.get(0), row, placed.size() + 1);
            placed.add(row.at(placed.size() + 1L));
        }
        return new PairData(Origin.memory(placed, Row::cells), placed);
    }

    private static void requireAlike(Row model, Row row, int place) {
        if (row.score().isPresent() != model.score().isPresent()
                || row.negatives().size() != model.negatives().size()) {
            throw new IllegalArgumentException(
                    ("Pair %d differs from the first one: all pairs need a score, or all the same"
                                    + " number of negatives")
                            .formatted(place));
        }
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.EMBEDDING);
    }

    /** Returns the score as a number where there is one, else the second text. */
    @Override
    public String label(int row) {
        OptionalDouble score = rows().get(row).score();
        return score.isPresent() ? PlainNumber.of(score.getAsDouble()) : rows().get(row).second();
    }

    /**
     * Returns the group of a pair: pairs with the same query stay together and, unless they have
     * scores, those with the same passage, also through pairs in between. So no passage of the
     * training part is searched when a part is held out.
     */
    @Override
    public Optional<String> group(int row) {
        return Optional.of(rows().get(isScored() ? row : together()[row]).first());
    }

    /** Returns for every row the first row of its group; computed on first use. */
    private synchronized int[] together() {
        if (together == null) {
            together =
                    SharedTexts.firstRows(
                            size(),
                            i -> {
                                Row row = rows().get(i);
                                return List.of(row.first(), row.second());
                            });
        }
        return together;
    }

    @Override
    public PairData pick(List<Integer> picked) {
        return new PairData(origin().part(picked), some(picked));
    }

    /**
     * Tells whether the pairs have scores.
     *
     * @return true if every row has one
     */
    public boolean isScored() {
        return rows().get(0).score().isPresent();
    }

    /**
     * Returns the number of negatives that every row has.
     *
     * @return 0 for pairs alone, 1 for triplets, or more
     */
    public int negatives() {
        return rows().get(0).negatives().size();
    }

    /**
     * Writes the pairs as a TSV file that {@link #read} reads.
     *
     * @param file the file, which is replaced if it exists
     * @throws IOException if it can't be written, or a text holds a tab or a line break
     */
    public void write(Path file) throws IOException {
        StringBuilder table = new StringBuilder();
        table.append(TextLayout.SENTENCE_1).append('\t').append(TextLayout.SENTENCE_2);
        if (isScored()) {
            table.append('\t').append(TextLayout.LABEL);
        }
        for (int i = 1; i <= negatives(); i++) {
            table.append("\tnegative").append(negatives() == 1 ? "" : "_" + i);
        }
        table.append('\n');
        for (int row = 0; row < rows().size(); row++) {
            List<String> cells = rows().get(row).cells();
            if (cells.stream().anyMatch(text -> BREAK.matcher(text).find())) {
                throw new IOException(
                        "%s has a tab or a line break in a text, which a TSV file can't hold"
                                .formatted(where(row)));
            }
            table.append(String.join("\t", cells)).append('\n');
        }
        AtomicFiles.writeString(file, table.toString());
    }
}
