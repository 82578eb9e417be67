/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.io.Internal;
import org.djladapters.io.Sha256;
import org.djladapters.option.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries, the passages that are searched, and the passages that are relevant to each query: the
 * data that a search by embeddings is measured on.
 *
 * <p>It comes from pairs, whose {@code sentence1} is a query and whose {@code sentence2} is a
 * passage that is relevant to it, or from three files as collections for retrieval have them. Equal
 * texts are one query, or one passage. An example is a query.
 */
public final class RetrievalData implements LabelledData {

    /** With fewer passages, most are found by any model. */
    private static final int FEW_PASSAGES = 100;

    private static final Logger logger = LoggerFactory.getLogger(RetrievalData.class);

    private static final String QUERY_ID = "query_id";
    private static final String CORPUS_ID = "corpus_id";
    private static final String SCORE = "score";
    private static final String RELEVANCE = "query_id, corpus_id[, score]";

    private final Path source;
    private final String sha256;
    private final List<Query> queries;
    private final List<String> passages;

    private final List<Integer> depths;

    /** A file of vectors of passages; null if there is none. */
    private final Path vectors;

    private RetrievalData(
            Path source,
            String sha256,
            List<Query> queries,
            List<String> passages,
            List<Integer> depths,
            Path vectors) {
        this.source = source;
        this.sha256 = sha256;
        this.queries = Collections.unmodifiableList(queries);
        this.passages = Collections.unmodifiableList(passages);
        this.depths = List.copyOf(depths);
        this.vectors = vectors;
    }

    /**
     * A query.
     *
     * @param line the line of its file, or its place in memory, from 1
     * @param text its text
     * @param relevant how relevant passages are, a positive number, by their place in {@link
     *     RetrievalData#passages()}; at least one
     * @param weights how much pairs of the query and such a passage count in training; empty where
     *     all count the same
     */
    public record Query(
            long line, String text, Map<Integer, Double> relevant, Map<Integer, Double> weights) {

        /** Makes the maps unmodifiable, in their order. */
        public Query {
            relevant = Collections.unmodifiableMap(new LinkedHashMap<>(relevant));
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }

        /**
         * Creates a query without weights.
         *
         * @param line as above
         * @param text as above
         * @param relevant as above
         */
        public Query(long line, String text, Map<Integer, Double> relevant) {
            this(line, text, relevant, Map.of());
        }
    }

    /**
     * Makes queries of pairs, which are searched for among their own passages.
     *
     * @param pairs texts that belong together
     * @return the queries
     * @throws IllegalArgumentException if the pairs have scores
     */
    public static RetrievalData of(PairData pairs) {
        return of(pairs, pairs.sha256(), new Gathered());
    }

    /**
     * Makes queries of pairs, which are searched for in a corpus. Passages of the pairs that do not
     * stand in it are added.
     *
     * @param pairs texts that belong together
     * @param corpus the passages
     * @return the queries
     * @throws IllegalArgumentException if the pairs have scores
     */
    public static RetrievalData of(PairData pairs, Corpus corpus) {
        Gathered gathered = new Gathered();
        corpus.texts().values().forEach(gathered::passage);
        return of(pairs, sha256(pairs.sha256(), corpus.sha256()), gathered);
    }

    /**
     * Finds the search that data are measured by.
     *
     * @param data any data
     * @return the search: of pairs alone that among their own passages; empty if the data are
     *     measured otherwise, as pairs with scores or negatives are
     */
    public static Optional<RetrievalData> search(LabelledData data) {
        if (data instanceof RetrievalData search) {
            return Optional.of(search);
        }
        return data instanceof PairData pairs && !pairs.isScored() && pairs.negatives() == 0
                ? Optional.of(of(pairs))
                : Optional.empty();
    }

    /**
     * Returns a warning if there are too few passages to tell models apart.
     *
     * @return one sentence
     */
    @Internal
    public Optional<String> warning() {
        return passages.size() >= FEW_PASSAGES
                ? Optional.empty()
                : Optional.of(
                        ("The queries of '%s' search only %d passages, of which any model finds"
                                        + " most; give a corpus of at least %d")
                                .formatted(source, passages.size(), FEW_PASSAGES));
    }

    private static RetrievalData of(PairData pairs, String sha256, Gathered gathered) {
        if (pairs.isScored()) {
            throw new IllegalArgumentException(
                    ("'%s' has scores, so it does not tell which passages are relevant; give pairs"
                                    + " without the column label")
                            .formatted(pairs.source()));
        }
        for (PairData.Row row : pairs.rows()) {
            int passage = gathered.passage(row.second());
            gathered.query(row.line(), row.first()).put(passage, 1.0);
            row.weight().ifPresent(weight -> gathered.weigh(row.first(), passage, weight));
        }
        return gathered.data(pairs.source(), sha256);
    }

    /**
     * Reads three TSV files. Queries to which no passage is relevant are left out, and a warning is
     * logged that tells how many.
     *
     * @param queries the queries, a file as {@link Corpus} describes it
     * @param corpus the passages, likewise
     * @param relevance which passages are relevant: the columns {@code query_id}, {@code corpus_id}
     *     and perhaps {@code score}, how relevant, 1 where there is none; lines with a score of 0
     *     or less say that a passage is not relevant
     * @return the queries
     * @throws IOException if a file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static RetrievalData read(Path queries, Path corpus, Path relevance) throws IOException {
        Corpus asked = Corpus.read(queries);
        Corpus searched = Corpus.read(corpus);
        Table table = Table.read(relevance, RELEVANCE);
        Map<String, Map<String, Double>> relevant = readRelevance(table, asked, searched);
        Gathered gathered = new Gathered();
        searched.texts().values().forEach(gathered::passage);
        long line = 1;
        for (Map.Entry<String, String> query : asked.texts().entrySet()) {
            line++;
            Map<String, Double> scores = relevant.getOrDefault(query.getKey(), Map.of());
            if (!scores.isEmpty()) {
                Map<Integer, Double> places = gathered.query(line, query.getValue());
                scores.forEach(
                        (id, score) -> {
                            int passage = gathered.passage(searched.texts().get(id));
                            places.merge(passage, score, Math::max);
                        });
            }
        }
        if (relevant.isEmpty()) {
            throw new IOException(
                    "'%s' names no passage that is relevant to a query".formatted(relevance));
        }
        int left = asked.texts().size() - relevant.size();
        if (left > 0) {
            logger.warn(
                    "{} of the {} queries of '{}' are left out, since '{}' names no passage that is"
                            + " relevant to them",
                    left,
                    asked.texts().size(),
                    queries,
                    relevance);
        }
        return gathered.data(queries, sha256(asked.sha256(), searched.sha256(), table.sha256()));
    }

    /** Reads scores of passages by the ids of queries and passages. */
    private static Map<String, Map<String, Double>> readRelevance(
            Table table, Corpus queries, Corpus corpus) throws IOException {
        boolean scored = table.header().contains(SCORE);
        List<String> columns =
                scored ? List.of(QUERY_ID, CORPUS_ID, SCORE) : List.of(QUERY_ID, CORPUS_ID);
        List<String> header = table.header();
        table.requireColumns(columns, RELEVANCE);
        Map<String, Map<String, Double>> relevant = new LinkedHashMap<>();
        for (Table.Line line : table.body()) {
            table.requireCells(line, header, header);
            String query = known(table, line, header.indexOf(QUERY_ID), queries, "query");
            String passage = known(table, line, header.indexOf(CORPUS_ID), corpus, "passage");
            double score = scored ? score(table, line, header.indexOf(SCORE)) : 1;
            if (score > 0) {
                relevant.computeIfAbsent(query, id -> new LinkedHashMap<>()).put(passage, score);
            }
        }
        return relevant;
    }

    private static String known(Table table, Table.Line line, int column, Corpus texts, String what)
            throws IOException {
        String id = line.cells().get(column).strip();
        if (!texts.texts().containsKey(id)) {
            throw new IOException(
                    "%s, names the %s '%s', which does not exist"
                            .formatted(table.where(line.number()), what, id));
        }
        return id;
    }

    private static double score(Table table, Table.Line line, int column) throws IOException {
        String text = line.cells().get(column).strip();
        OptionalDouble score = LabelSpace.number(text);
        if (score.isEmpty()) {
            throw new IOException(
                    "%s, has the score '%s' where a number is needed"
                            .formatted(table.where(line.number()), text));
        }
        return score.getAsDouble();
    }

    private static String sha256(String... parts) {
        return Sha256.of(String.join("", parts).getBytes(StandardCharsets.UTF_8));
    }

    /** Queries and passages, each text once, in their order. */
    private static final class Gathered {

        private final Map<String, Integer> passages = new LinkedHashMap<>();
        private final Map<String, Long> lines = new LinkedHashMap<>();
        private final Map<String, Map<Integer, Double>> relevant = new LinkedHashMap<>();
        private final Map<String, Map<Integer, Double>> weights = new HashMap<>();

        int passage(String text) {
            return passages.computeIfAbsent(text, added -> passages.size());
        }

        Map<Integer, Double> query(long line, String text) {
            lines.putIfAbsent(text, line);
            return relevant.computeIfAbsent(text, added -> new LinkedHashMap<>());
        }

        void weigh(String query, int passage, double weight) {
            weights.computeIfAbsent(query, added -> new LinkedHashMap<>())
                    .merge(passage, weight, Double::sum);
        }

        RetrievalData data(Path source, String sha256) {
            List<Query> queries = new ArrayList<>();
            relevant.forEach(
                    (text, places) ->
                            queries.add(
                                    new Query(
                                            lines.get(text),
                                            text,
                                            places,
                                            weights.getOrDefault(text, Map.of()))));
            return new RetrievalData(
                    source, sha256, queries, List.copyOf(passages.keySet()), List.of(), null);
        }
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.EMBEDDING);
    }

    @Override
    public Path source() {
        return source;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    /** Returns the number of queries. */
    @Override
    public int size() {
        return queries.size();
    }

    /** Returns the first passage that is relevant to a query. */
    @Override
    public String label(int row) {
        return passages.get(queries.get(row).relevant().keySet().iterator().next());
    }

    @Override
    public String where(int row) {
        return Table.where(source, queries.get(row).line());
    }

    /** Picks queries; they are searched for among the same passages. */
    @Override
    public RetrievalData pick(List<Integer> picked) {
        List<Query> some = picked.stream().map(queries::get).toList();
        return new RetrievalData(
                source, Sha256.ofPart(sha256, picked), some, passages, depths, vectors);
    }

    /**
     * Returns the same data, to be measured at further depths: {@code accuracy@k}, {@code
     * precision@k}, {@code recall@k}, {@code ndcg@k}, {@code mrr@k} and {@code map@k} for each.
     *
     * @param others numbers of passages k, at least 1 each
     * @return the data
     * @throws IllegalArgumentException if a number is less than 1
     */
    public RetrievalData measuredAt(List<Integer> others) {
        others.forEach(k -> Option.requirePositive("number of passages", k));
        List<Integer> all = Stream.concat(depths.stream(), others.stream()).distinct().toList();
        return new RetrievalData(source, sha256, queries, passages, all, vectors);
    }

    /**
     * Returns the same data with the vectors that the base model gives passages, so that they need
     * not be embedded. Only what leaves passages alone can be measured on them: a model without
     * adapters, or an adapter of queries.
     *
     * @param file vectors with texts, as {@code VectorTable} reads them, such as an index; passages
     *     that it lacks are embedded
     * @return the data
     */
    public RetrievalData withVectors(Path file) {
        return new RetrievalData(source, sha256, queries, passages, depths, file);
    }

    /**
     * Returns the file of the vectors of passages.
     *
     * @return the file; empty if passages are embedded
     */
    public Optional<Path> vectors() {
        return Optional.ofNullable(vectors);
    }

    /**
     * Returns the depths that were added to those of the usual metrics.
     *
     * @return numbers of passages, mostly none
     */
    public List<Integer> depths() {
        return depths;
    }

    /**
     * Returns the queries.
     *
     * @return the queries in their order, all different, unmodifiable
     */
    public List<Query> queries() {
        return queries;
    }

    /**
     * Returns the passages that are searched.
     *
     * @return the passages in their order, all different, unmodifiable
     */
    public List<String> passages() {
        return passages;
    }
}
