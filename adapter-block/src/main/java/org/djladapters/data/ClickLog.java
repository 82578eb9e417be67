/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TableReader;
import org.djladapters.io.PlainNumber;

/**
 * Makes pairs to train embeddings of a log of searches: which passage was shown for a query, at
 * which position, and whether it was clicked.
 *
 * <p>The file is TSV, or CSV, JSON Lines or Parquet by its name. Its columns are {@code query};
 * {@code passage}, the text, or with a corpus {@code id}; {@code clicked}, 1 or 0; {@code
 * position}, from 1; and perhaps {@code count}, for how many equal rows it stands. Others are not
 * read. Rows that were not clicked may be missing.
 *
 * <p>A click at position k counts as k<sup>&eta;</sup> clicks at position 1: the assumption is that
 * people look at a position with the probability k<sup>-&eta;</sup>, whatever the query, and click
 * what they look at by its relevance alone. Clicks of the same query on the same passage are added,
 * no pair counts more than a limit, and all weights are divided by their mean.
 *
 * <p>With {@linkplain Builder#optSkipped skipped passages}, the file has a column {@code search}
 * that tells rows of one search, which stand together. Each clicked passage then makes a triplet
 * with each passage above it that was not clicked, and that nobody clicked for the same query. The
 * two are compared where both were looked at, so positions do not count.
 *
 * @see <a href="https://arxiv.org/abs/1608.04468">Joachims et al., Unbiased Learning-to-Rank with
 *     Biased Feedback</a>
 */
public final class ClickLog {

    private static final String POSITION = "position";
    private static final String COUNT = "count";

    private final Builder options;
    private final Map<String, Map<String, Double>> clicked = new LinkedHashMap<>();
    private final SortedMap<Integer, long[]> positions = new TreeMap<>();
    private final Map<Skip, Double> skips = new LinkedHashMap<>();
    private final Set<String> searches = new HashSet<>();
    private final List<Shown> search = new ArrayList<>();

    /** The search whose rows are read; null before the first one. */
    private String current;

    private long shown;
    private long clicks;
    private long unknown;

    private ClickLog(Builder options) {
        this.options = options;
    }

    /**
     * The pairs of a log.
     *
     * @param pairs pairs with weights, in the order of their first clicks; triplets with skipped
     *     passages
     * @param shown how many passages were shown, those without a text included
     * @param clicks how many of them were clicked
     * @param unknown how many rows have an id that the corpus does not have; they are left out
     * @param capped how many pairs count as much as the limit
     * @param positions what the log says of each position; none with skipped passages
     */
    public record Pairs(
            PairData pairs,
            long shown,
            long clicks,
            long unknown,
            int capped,
            List<Position> positions) {

        /** Makes the list unmodifiable. */
        public Pairs {
            positions = List.copyOf(positions);
        }
    }

    /**
     * A position.
     *
     * @param position its number, from 1
     * @param shown how many passages were shown there
     * @param clicks how many of them were clicked
     * @param factor as how many clicks at position 1 one here counts
     */
    public record Position(int position, long shown, long clicks, double factor) {}

    private record Shown(String query, String passage, boolean clicked, int position) {}

    private record Skip(String query, String passage, String skipped) {}

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private Pairs read() throws IOException {
        List<String> needed = new ArrayList<>(List.of("query", text(), "clicked"));
        if (options.skipped) {
            needed.add("search");
        }
        boolean positioned = options.skipped || options.eta > 0;
        if (positioned) {
            needed.add(POSITION);
        }
        List<String> further = positioned ? List.of(COUNT) : List.of(POSITION, COUNT);
        try (TableReader reader = TableReader.open(options.file, needed, further)) {
            if (options.skipped && reader.columns().contains(COUNT)) {
                throw new IOException(
                        "'%s' has a column 'count', but a search is shown once; leave it out, or the skipped passages"
                                .formatted(options.file));
            }
            for (Table.Line line = reader.next(); line != null; line = reader.next()) {
                new Row(reader.columns(), line).add();
            }
        }
        endSearch();
        return pairs();
    }

    private String text() {
        return options.corpus.isPresent() ? "id" : "passage";
    }

    /** A row that is read. */
    private final class Row {

        private final List<String> columns;
        private final Table.Line line;

        Row(List<String> columns, Table.Line line) {
            this.columns = columns;
            this.line = line;
        }

        private Optional<String> cell(String column) {
            int place = columns.indexOf(column);
            return place < 0 ? Optional.empty() : Optional.of(line.cells().get(place).strip());
        }

        void add() throws IOException {
            String query = cell("query").orElseThrow();
            boolean click = clicked();
            int position = (int) number(POSITION, Integer.MAX_VALUE);
            long count = number(COUNT, 1_000_000_000_000L);
            shown += count;
            clicks += click ? count : 0;
            long[] at = positions.computeIfAbsent(position, added -> new long[2]);
            at[0] += count;
            at[1] += click ? count : 0;
            Optional<String> passage = passage();
            if (passage.isEmpty()) {
                unknown++;
                return;
            }
            if (options.skipped) {
                shown(new Shown(query, passage.get(), click, position));
            }
            if (click) {
                clicked.computeIfAbsent(query, added -> new LinkedHashMap<>())
                        .merge(passage.get(), count * factor(position), Double::sum);
            }
        }

        private boolean clicked() throws IOException {
            String cell = cell("clicked").orElseThrow();
            return switch (cell) {
                case "1", "true" -> true;
                case "0", "false" -> false;
                default -> throw wrong("clicked", "1 or 0");
            };
        }

        private Optional<String> passage() {
            String cell = cell(text()).orElseThrow();
            return options.corpus.isPresent()
                    ? Optional.ofNullable(options.corpus.get().texts().get(cell))
                    : Optional.of(cell);
        }

        /** Returns a whole number from 1; 1 if there is no such column. */
        private long number(String column, long most) throws IOException {
            String cell = cell(column).orElse("1");
            double number = LabelSpace.number(cell).orElse(0);
            if (number < 1 || number > most || number != Math.rint(number)) {
                throw wrong(column, "a whole number from 1");
            }
            return (long) number;
        }

        private IOException wrong(String column, String needed) {
            return new IOException(
                    "%s, has '%s' in the column %s where %s is needed"
                            .formatted(
                                    Table.where(options.file, line.number()),
                                    cell(column).orElseThrow(),
                                    column,
                                    needed));
        }

        /** Adds to the rows of a search, which ends where another one begins. */
        private void shown(Shown row) throws IOException {
            String id = cell("search").orElseThrow();
            if (!searches.contains(id)) {
                endSearch();
                searches.add(id);
                current = id;
            } else if (!id.equals(current)) {
                throw new IOException(
                        "%s, is of the search '%s', whose other rows do not stand together with it; sort the log by searches"
                                .formatted(Table.where(options.file, line.number()), id));
            }
            search.add(row);
        }
    }

    private void endSearch() {
        for (Shown click : search.stream().filter(Shown::clicked).toList()) {
            for (Shown above : search) {
                boolean skip =
                        !above.clicked
                                && above.position < click.position
                                && above.query.equals(click.query)
                                && !above.passage.equals(click.passage);
                if (skip) {
                    skips.merge(
                            new Skip(click.query, click.passage, above.passage), 1.0, Double::sum);
                }
            }
        }
        search.clear();
    }

    private double factor(int position) {
        return Math.pow(position, options.eta);
    }

    private Pairs pairs() {
        Map<PairData.Row, Double> sums = new LinkedHashMap<>();
        if (options.skipped) {
            skips.forEach(
                    (skip, count) -> {
                        if (!clicked.get(skip.query).containsKey(skip.skipped)) {
                            sums.put(row(skip.query, skip.passage, skip.skipped), count);
                        }
                    });
        } else {
            clicked.forEach(
                    (query, passages) ->
                            passages.forEach((text, sum) -> sums.put(row(query, text), sum)));
        }
        if (sums.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' has no %s; give a log that has some"
                            .formatted(
                                    options.file,
                                    options.skipped
                                            ? "click below a passage that was skipped"
                                            : "click on a passage that is known"));
        }
        double mean = sums.values().stream().mapToDouble(this::capped).average().orElseThrow();
        List<PairData.Row> rows = new ArrayList<>();
        sums.forEach((row, sum) -> rows.add(row.withWeight(rounded(capped(sum) / mean))));
        int most = (int) sums.values().stream().filter(sum -> sum >= options.most).count();
        List<Position> found = new ArrayList<>();
        positions.forEach(
                (at, counts) -> found.add(new Position(at, counts[0], counts[1], factor(at))));
        return new Pairs(
                PairData.of(rows),
                shown,
                clicks,
                unknown,
                most,
                options.skipped ? List.of() : found);
    }

    private static PairData.Row row(String query, String passage, String... negatives) {
        return PairData.Row.of(query, passage, negatives);
    }

    private double capped(double sum) {
        return Math.min(sum, options.most);
    }

    /** Rounds to six digits, which is more than a log knows. */
    private static double rounded(double weight) {
        return new BigDecimal(weight).round(new MathContext(6)).doubleValue();
    }

    /** Gathers options. */
    public static final class Builder {

        private Path file;
        private Optional<Corpus> corpus = Optional.empty();
        private double eta = 1;
        private double most = 10;
        private boolean skipped;

        private Builder() {}

        /**
         * Sets the log.
         *
         * @param file a table
         * @return this builder
         */
        public Builder setFile(Path file) {
            this.file = file;
            return this;
        }

        /**
         * Sets the texts of the passages, which the log names by their ids (default: the log has
         * the texts). Rows of other ids are left out and counted.
         *
         * @param corpus the texts
         * @return this builder
         */
        public Builder optCorpus(Corpus corpus) {
            this.corpus = Optional.of(corpus);
            return this;
        }

        /**
         * Sets how fast people stop to look (default 1): position k is looked at with the
         * probability k<sup>-&eta;</sup>. With 0 all clicks count the same, and a log needs no
         * positions.
         *
         * @param eta from 0 to 3
         * @return this builder
         */
        public Builder optEta(double eta) {
            this.eta = eta;
            return this;
        }

        /**
         * Sets the limit of what a pair counts (default 10), so that neither a frequent query nor a
         * single click far below decides alone.
         *
         * @param most in clicks at position 1, from 1 to 1,000,000
         * @return this builder
         */
        public Builder optMost(double most) {
            this.most = most;
            return this;
        }

        /**
         * Sets whether passages that were skipped above a click become negatives (default: no).
         *
         * @param skipped true for triplets
         * @return this builder
         */
        public Builder optSkipped(boolean skipped) {
            this.skipped = skipped;
            return this;
        }

        /**
         * Checks the options and reads the log.
         *
         * @return its pairs
         * @throws IOException if the file is missing, lacks a column, or has a value that can't be
         *     read; the message names the line
         * @throws IllegalArgumentException if a number is out of its range, or the log makes no
         *     pair
         */
        public Pairs read() throws IOException {
            Objects.requireNonNull(file, "setFile is missing");
            if (!(eta >= 0 && eta <= 3)) {
                throw new IllegalArgumentException(
                        "The exponent of positions (eta) must be from 0 to 3, got "
                                + PlainNumber.of(eta));
            }
            if (!(most >= 1 && most <= 1e6)) {
                throw new IllegalArgumentException(
                        "The limit of what a pair counts must be from 1 to 1000000, got "
                                + PlainNumber.of(most));
            }
            return new ClickLog(this).read();
        }
    }
}
