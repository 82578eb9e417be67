/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Metrics;

/** Measures embeddings: by a search, by how they agree with scores, or by triplets. */
final class EmbeddingMeasure {

    private static final List<String> RETRIEVAL =
            List.of("mrr@10", "recall@1", "recall@10", "ndcg@10", "map");
    private static final List<String> SIMILARITY = List.of("spearman", "pearson");
    private static final List<String> TRIPLETS = List.of("accuracy");

    private EmbeddingMeasure() {}

    /** The metrics that data allow, the one that decides first. */
    static List<String> metrics(LabelledData data) {
        if (data instanceof PairData pairs && (pairs.isScored() || pairs.negatives() > 0)) {
            return pairs.isScored() ? SIMILARITY : TRIPLETS;
        }
        return RETRIEVAL;
    }

    /** Prepares a measurement: retrieval, similarity or triplets, as the data are. */
    static Task.Measure of(AdaptedModel model, LabelledData data, int maxLength, int batchSize)
            throws IOException {
        if (data instanceof RetrievalData retrieval) {
            return retrieval(model, retrieval, maxLength, batchSize);
        }
        if (!(data instanceof PairData pairs)) {
            throw new IllegalArgumentException(
                    ("Embeddings are measured on pairs, which '%s' does not hold; give a TSV file"
                                    + " with the columns %s")
                            .formatted(data.source(), PairData.COLUMNS));
        }
        if (metrics(data).equals(RETRIEVAL)) {
            return retrieval(model, RetrievalData.of(pairs), maxLength, batchSize);
        }
        PairCosines cosines = PairCosines.of(model, pairs, maxLength, batchSize);
        return pairs.isScored() ? () -> similarity(pairs, cosines) : () -> triplets(cosines);
    }

    private static Task.Measure retrieval(
            AdaptedModel model, RetrievalData data, int maxLength, int batchSize)
            throws IOException {
        List<String> texts = data.queries().stream().map(RetrievalData.Query::text).toList();
        TextEmbeddings queries = TextEmbeddings.of(model, texts, maxLength, batchSize);
        TextEmbeddings passages = TextEmbeddings.of(model, data.passages(), maxLength, batchSize);
        return () -> {
            try (NDManager scope = model.model().getNDManager().newSubManager()) {
                return rank(data, queries.compute(scope), passages.compute(scope));
            }
        };
    }

    private static Map<String, Double> rank(RetrievalData data, NDArray queries, NDArray passages) {
        RetrievalMetrics metrics = new RetrievalMetrics();
        Similarities.forEachRow(
                queries,
                passages,
                (query, row) -> metrics.add(row, data.queries().get(query).relevant()));
        return metrics.means();
    }

    private static Map<String, Double> similarity(PairData pairs, PairCosines cosines) {
        double[] labels =
                pairs.rows().stream().mapToDouble(row -> row.score().getAsDouble()).toArray();
        LabelSpace numbers = new LabelSpace(TaskKind.REGRESSION, List.of());
        Map<String, Double> found = Metrics.of(numbers, cosines.compute().get(0), labels);
        Map<String, Double> metrics = new LinkedHashMap<>();
        SIMILARITY.forEach(name -> metrics.put(name, found.get(name)));
        return metrics;
    }

    /** The share of triplets whose second text is nearer to the first than all negatives. */
    private static Map<String, Double> triplets(PairCosines cosines) {
        List<double[]> columns = cosines.compute();
        double[] near = columns.get(0);
        long right =
                IntStream.range(0, near.length)
                        .filter(
                                row ->
                                        columns.stream()
                                                .skip(1)
                                                .allMatch(far -> far[row] < near[row]))
                        .count();
        return Map.of(TRIPLETS.get(0), (double) right / near.length);
    }

    /**
     * The cosines of first texts to the other texts of their rows.
     *
     * @param model embeds
     * @param texts all texts, once each
     * @param rows the places of the texts of every row among them
     */
    private record PairCosines(AdaptedModel model, TextEmbeddings texts, List<int[]> rows) {

        static PairCosines of(AdaptedModel model, PairData pairs, int maxLength, int batchSize)
                throws IOException {
            Map<String, Integer> places = new LinkedHashMap<>();
            List<int[]> rows = new ArrayList<>();
            for (PairData.Row row : pairs.rows()) {
                row.texts().forEach(text -> places.putIfAbsent(text, places.size()));
                rows.add(row.texts().stream().mapToInt(places::get).toArray());
            }
            List<String> texts = List.copyOf(places.keySet());
            return new PairCosines(
                    model, TextEmbeddings.of(model, texts, maxLength, batchSize), rows);
        }

        /** Computes an array for the second texts and one for every column of negatives. */
        List<double[]> compute() {
            try (NDManager scope = model.model().getNDManager().newSubManager()) {
                NDArray embedded = texts.compute(scope);
                float[] values = embedded.toFloatArray();
                int width = (int) embedded.getShape().get(1);
                List<double[]> columns = new ArrayList<>();
                for (int column = 1; column < rows.get(0).length; column++) {
                    int other = column;
                    columns.add(
                            rows.stream()
                                    .mapToDouble(
                                            row ->
                                                    Similarities.cosine(
                                                            values, row[0], row[other], width))
                                    .toArray());
                }
                return columns;
            }
        }
    }
}
