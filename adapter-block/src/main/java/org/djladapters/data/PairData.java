/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TableForm;
import org.djladapters.data.reading.TextLayout;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;

/**
 * Pairs of texts to train embeddings: texts that belong together, such as a question and a passage
 * that answers it, perhaps with texts that do not (triplets), or pairs with a score of how similar
 * they are.
 *
 * <p>A file is TSV, or CSV or JSON Lines by its name, with the columns {@code sentence1} and {@code
 * sentence2}, and perhaps {@code label}, a score, which is a number, or one or more texts that do
 * not belong to {@code sentence1}: {@code negative}, or {@code negative_1}, {@code negative_2} and
 * so on. With negatives, {@code label} is by how much {@code sentence2} is more relevant than each
 * of them, or how relevant {@code sentence2} and each of them is: numbers separated by spaces. In
 * JSON Lines {@code negative} and {@code label} may be lists. A column {@code weight}, numbers
 * greater than 0, says how much each pair counts in training; measurements count all the same. The
 * columns stand in any order, separated by one tab; nothing is quoted or escaped, so a text holds
 * neither tabs nor line breaks, and no cell is blank.
 */
public final class PairData extends RowData<PairData.Row> {

    /** The columns of such a file. */
    public static final String COLUMNS = "sentence1, sentence2[, label][, negative][, weight]";

    /** What may be lists in JSON Lines. */
    private static final Set<String> LISTS = Set.of(TextLayout.LABEL, "negative");

    private static final String WEIGHT = "weight";

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
     * @param margins by how much the second text is more relevant than each of the negatives; may
     *     be empty
     * @param weight how much the pair counts in training, relative to others; empty where all count
     *     the same
     */
    public record Row(
            long line,
            String first,
            String second,
            OptionalDouble score,
            List<String> negatives,
            List<Double> margins,
            OptionalDouble weight) {

        /** Checks the texts and the numbers. */
        public Row {
            Objects.requireNonNull(score, "A pair without a score has an empty one");
            negatives = List.copyOf(negatives);
            margins = List.copyOf(margins);
            texts(first, second, negatives).forEach(Row::requireText);
            if (score.isPresent() && !Double.isFinite(score.getAsDouble())) {
                throw new IllegalArgumentException(
                        "The score of a pair must be finite, got "
                                + PlainNumber.of(score.getAsDouble()));
            }
            if (score.isPresent() && !negatives.isEmpty()) {
                throw new IllegalArgumentException("A pair has a score or negatives, not both");
            }
            if (!margins.isEmpty() && margins.size() != negatives.size()) {
                throw new IllegalArgumentException(
                        "There must be a margin for each of the %d negatives, got %d"
                                .formatted(negatives.size(), margins.size()));
            }
            if (!margins.stream().allMatch(Double::isFinite)) {
                throw new IllegalArgumentException(
                        "The margins of negatives must be finite, got " + margins);
            }
            if (weight.isPresent() && !isWeight(weight.getAsDouble())) {
                throw new IllegalArgumentException(
                        "The weight of a pair must be from 1e-9 to 1e9, got %s; leave out a pair that is not to count"
                                .formatted(PlainNumber.of(weight.getAsDouble())));
            }
        }

        /**
         * Creates a row without margins and weight.
         *
         * @param line as above
         * @param first as above
         * @param second as above
         * @param score as above
         * @param negatives as above
         */
        public Row(
                long line,
                String first,
                String second,
                OptionalDouble score,
                List<String> negatives) {
            this(line, first, second, score, negatives, List.of(), OptionalDouble.empty());
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
         * Returns the same texts with margins.
         *
         * @param numbers by how much the second text is more relevant than each of the negatives,
         *     in the order of these
         * @return the row
         */
        public Row withMargins(double... numbers) {
            return new Row(
                    line,
                    first,
                    second,
                    score,
                    negatives,
                    DoubleStream.of(numbers).boxed().toList(),
                    weight);
        }

        /**
         * Returns the same texts with a weight.
         *
         * @param counted how much the pair counts in training, from 1e-9 to 1e9: the loss of a
         *     batch is the mean of those of its pairs with these weights
         * @return the row
         */
        public Row withWeight(double counted) {
            return new Row(
                    line, first, second, score, negatives, margins, OptionalDouble.of(counted));
        }

        private static boolean isWeight(double number) {
            return number >= 1e-9 && number <= 1e9; // float32 holds sums and ratios of these
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
            return new Row(place, first, second, score, negatives, margins, weight);
        }

        private List<String> cells() {
            List<String> cells = new ArrayList<>(texts());
            score.ifPresent(number -> cells.add(PlainNumber.of(number)));
            if (!margins.isEmpty()) {
                cells.add(margins.stream().map(PlainNumber::of).collect(Collectors.joining(" ")));
            }
            weight.ifPresent(number -> cells.add(PlainNumber.of(number)));
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
        Table table = Table.read(file, COLUMNS, LISTS);
        List<String> header = table.header();
        requireColumns(table, header);
        Alike alike = new Alike(table);
        List<Row> rows =
                table.rows(
                        table.body(),
                        line -> {
                            table.requireCells(line, header, header);
                            return Optional.of(alike.row(line, row(table, header, line)));
                        });
        table.requireExamples(rows);
        return new PairData(Origin.file(file, table.sha256()), rows);
    }

    /**
     * Reads columns of a TSV, CSV, JSON Lines or Parquet file that has others, too, or other names
     * for them.
     *
     * @param file the file; its first line names the columns
     * @param columns which columns are read
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table, or lacks a column
     *     or a value; the message names the line
     */
    public static PairData read(Path file, PairColumns columns) throws IOException {
        Set<String> lists = new HashSet<>(columns.negatives());
        columns.score().ifPresent(lists::add);
        Table table = Table.select(file, columns.names(), lists);
        Alike alike = new Alike(table);
        List<Row> rows =
                table.rows(
                        table.body(),
                        line -> {
                            Cells cells = Cells.of(line.cells(), columns);
                            return Optional.of(alike.row(line, row(table, line, cells)));
                        });
        return new PairData(Origin.file(file, table.sha256()), rows);
    }

    /** The cells of a row: the two texts with all negatives, and what else there may be. */
    private record Cells(List<String> texts, Optional<String> label, Optional<String> weight) {

        /** Takes cells apart that stand in the order of {@link PairColumns#names}. */
        static Cells of(List<String> cells, PairColumns columns) {
            List<String> texts = new ArrayList<>(cells);
            Optional<String> label = columns.score().map(name -> texts.remove(2));
            Optional<String> weight = columns.weight().map(name -> texts.remove(texts.size() - 1));
            return new Cells(texts, label, weight);
        }
    }

    private static Row row(Table table, Table.Line line, Cells cells) throws IOException {
        try {
            List<String> all = new ArrayList<>(cells.texts.subList(0, 2));
            for (String negative : cells.texts.subList(2, cells.texts.size())) {
                all.addAll(items(table, "negative", negative));
            }
            Optional<String> numbers = Optional.empty();
            if (cells.label.isPresent()) {
                numbers = Optional.of(String.join(" ", items(table, "label", cells.label.get())));
            }
            return row(line.number(), new Cells(all, numbers, cells.weight));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s, %s".formatted(table.where(line.number()), e.getMessage()), e);
        }
    }

    /** Returns the items of a list in JSON Lines, or what a cell holds otherwise. */
    private static List<String> items(Table table, String what, String cell) {
        if (cell == null || cell.isBlank()) {
            throw new IllegalArgumentException("has an empty " + what);
        }
        if (table.form() != TableForm.JSON_LINES || !cell.startsWith("[")) {
            return List.of(cell);
        }
        JsonArray list;
        try {
            list = JsonFiles.parse(what, cell).getAsJsonArray();
        } catch (MalformedFileException e) {
            return List.of(cell); // a text that begins so
        }
        if (!list.asList().stream().allMatch(JsonElement::isJsonPrimitive)) {
            throw new IllegalArgumentException(
                    "has a list as %s with something else than texts and numbers; leave that out"
                            .formatted(what));
        }
        return list.asList().stream().map(JsonElement::getAsString).toList();
    }

    /** Refuses rows of a file with other numbers of negatives than the first one. */
    private static final class Alike {

        private final Table table;
        private Row first;

        Alike(Table table) {
            this.table = table;
        }

        synchronized Row row(Table.Line line, Row row) throws IOException {
            first = first == null ? row : first;
            if (row.negatives().size() != first.negatives().size()) {
                throw new IOException(
                        "%s, has %d negatives, but the first line has %d; give all lines as many"
                                .formatted(
                                        table.where(line.number()),
                                        row.negatives().size(),
                                        first.negatives().size()));
            }
            return row;
        }
    }

    /**
     * Makes a row of two texts and the negatives after them.
     *
     * @throws IllegalArgumentException if the label is not the numbers that these need, or the
     *     weight is not from 1e-9 to 1e9
     */
    private static Row row(long place, Cells cells) {
        Row row = row(place, cells.texts, cells.label);
        return cells.weight.isPresent() ? row.withWeight(weight(cells.weight.get())) : row;
    }

    private static double weight(String cell) {
        OptionalDouble number = LabelSpace.number(cell.strip());
        if (number.isEmpty() || !Row.isWeight(number.getAsDouble())) {
            throw new IllegalArgumentException(
                    "has the weight '%s' where a number from 1e-9 to 1e9 is needed; leave out a pair that is not to count"
                            .formatted(cell.strip()));
        }
        return number.getAsDouble();
    }

    private static Row row(long place, List<String> texts, Optional<String> label) {
        List<String> negatives = texts.subList(2, texts.size());
        double[] numbers = label.map(text -> numbers(text, negatives.size())).orElse(new double[0]);
        OptionalDouble score =
                negatives.isEmpty() ? DoubleStream.of(numbers).findFirst() : OptionalDouble.empty();
        Row row = new Row(place, texts.get(0), texts.get(1), score, negatives);
        return negatives.isEmpty() || label.isEmpty() ? row : row.withMargins(numbers);
    }

    /** Reads the score of a pair, or the margins of negatives, which differ from scores by one. */
    private static double[] numbers(String label, int negatives) {
        List<OptionalDouble> read =
                Arrays.stream(label.strip().split("\\s+")).map(LabelSpace::number).toList();
        if (read.stream().anyMatch(OptionalDouble::isEmpty)) {
            throw new IllegalArgumentException(
                    "has the label '%s' where a number is needed, the score of the pair%s"
                            .formatted(
                                    label.strip(),
                                    negatives == 0 ? "" : " or its margin to each negative"));
        }
        double[] numbers = read.stream().mapToDouble(OptionalDouble::getAsDouble).toArray();
        if (numbers.length == negatives + 1) {
            return negatives == 0
                    ? numbers
                    : Arrays.stream(numbers).skip(1).map(other -> numbers[0] - other).toArray();
        }
        if (numbers.length != negatives || negatives == 0) {
            throw new IllegalArgumentException(
                    ("has the label '%s' where %d numbers are needed, the scores of sentence2 and"
                                    + " of each negative, or %d, their differences")
                            .formatted(label.strip(), negatives + 1, negatives));
        }
        return numbers;
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
            rows.add(row(result, places, place, Cells.of(cells, columns)));
        }
        return of(rows);
    }

    private static Row row(ResultSet result, int[] places, long place, Cells cells)
            throws SQLException {
        // a column of numbers may be written otherwise than a file has them
        boolean scored = cells.label.isPresent() && cells.texts.size() == 2;
        Optional<String> label =
                scored ? Optional.of(PlainNumber.of(result.getDouble(places[2]))) : cells.label;
        Optional<String> weight = Optional.empty();
        if (cells.weight.isPresent()) {
            double number = result.getDouble(places[places.length - 1]);
            weight = Optional.of(PlainNumber.of(number));
        }
        try {
            return row(place, new Cells(cells.texts, label, weight));
        } catch (IllegalArgumentException e) {
            throw new SQLException("Row %d %s".formatted(place, e.getMessage()), e);
        }
    }

    private static void requireColumns(Table table, List<String> header) throws IOException {
        List<String> others = new ArrayList<>(header);
        boolean pairs =
                others.remove(TextLayout.SENTENCE_1) && others.remove(TextLayout.SENTENCE_2);
        others.remove(TextLayout.LABEL);
        others.remove(WEIGHT);
        boolean rest = others.stream().allMatch(name -> NEGATIVE.matcher(name).matches());
        if (!pairs || !rest || new HashSet<>(others).size() < others.size()) {
            throw table.otherColumns(COLUMNS);
        }
    }

    private static Row row(Table table, List<String> header, Table.Line line) throws IOException {
        List<String> texts = new ArrayList<>();
        texts.add(line.cells().get(header.indexOf(TextLayout.SENTENCE_1)));
        texts.add(line.cells().get(header.indexOf(TextLayout.SENTENCE_2)));
        for (int column = 0; column < header.size(); column++) {
            if (NEGATIVE.matcher(header.get(column)).matches()) {
                texts.add(line.cells().get(column));
            }
        }
        Function<String, Optional<String>> found =
                column ->
                        header.contains(column)
                                ? Optional.of(line.cells().get(header.indexOf(column)))
                                : Optional.empty();
        return row(
                table, line, new Cells(texts, found.apply(TextLayout.LABEL), found.apply(WEIGHT)));
    }

    /**
     * Takes pairs from memory.
     *
     * @param rows at least one; all have a score, or all have the same number of negatives, with
     *     margins or without, and all or none have weights. Their line numbers are replaced by
     *     their places
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
                || row.negatives().size() != model.negatives().size()
                || row.margins().size() != model.margins().size()
                || row.weight().isPresent() != model.weight().isPresent()) {
            throw new IllegalArgumentException(
                    ("Pair %d differs from the first one: all pairs need a score, or all the same"
                                    + " number of negatives and of margins, and all or none a"
                                    + " weight")
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
     * Tells whether it is known by how much second texts are more relevant than negatives.
     *
     * @return true if every row has a margin for each of its negatives
     */
    public boolean hasMargins() {
        return !rows().get(0).margins().isEmpty();
    }

    /**
     * Tells whether the pairs have weights.
     *
     * @return true if every row has one
     */
    public boolean isWeighted() {
        return rows().get(0).weight().isPresent();
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
        for (int i = 1; i <= negatives(); i++) {
            table.append("\tnegative").append(negatives() == 1 ? "" : "_" + i);
        }
        if (isScored() || hasMargins()) {
            table.append('\t').append(TextLayout.LABEL);
        }
        if (isWeighted()) {
            table.append('\t').append(WEIGHT);
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
