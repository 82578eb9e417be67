/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.LabelMetrics;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.AdaptedTexts;

/**
 * Measures embeddings: by a search, by how they agree with scores, or by triplets.
 *
 * @param adapted which texts of a search the adapter embeds
 * @param frozen the vectors of the others
 */
public record EmbeddingMeasure(
        AdaptedModel model,
        SentenceEncoder encoder,
        int batchSize,
        AdaptedTexts adapted,
        FrozenTexts frozen) {

    static final List<String> RETRIEVAL =
            List.copyOf(new RetrievalMetrics(List.of()).means().keySet());
    static final List<String> SIMILARITY = List.of("spearman", "pearson");
    static final List<String> TRIPLETS = List.of("accuracy");

    /** Returns the metrics of data, the default first. */
    public static List<String> metrics(LabelledData data) {
        if (data instanceof PairData pairs && (pairs.isScored() || pairs.negatives() > 0)) {
            return pairs.isScored() ? SIMILARITY : TRIPLETS;
        }
        List<Integer> depths =
                RetrievalData.search(data).map(RetrievalData::depths).orElse(List.of());
        return List.copyOf(new RetrievalMetrics(depths).means().keySet());
    }

    /** Prepares a measurement: retrieval, similarity or triplets, as the data are. */
    public Task.Measure of(LabelledData data) throws IOException {
        Optional<RetrievalData> search = RetrievalData.search(data);
        if (search.isPresent()) {
            return retrieval(search.get());
        }
        PairData pairs =
                Task.require(
                        PairData.class,
                        data,
                        "Embeddings are measured on pairs, which '%s' does not hold; give a table"
                                + " with the columns "
                                + PairData.COLUMNS);
        if (adapted != AdaptedTexts.BOTH) {
            throw new IllegalArgumentException(
                    "The adapter is for %s texts alone, so it is measured by a search, not by the labels or negatives of '%s'; leave out these columns"
                            .formatted(adapted, data.source()));
        }
        PairCosines cosines = cosines(pairs);
        return listener -> {
            List<double[]> columns = cosines.compute(progress(listener, cosines.texts().size()));
            return pairs.isScored()
                    ? similarity(pairs, columns, listener)
                    : triplets(columns, listener);
        };
    }

    private TextEmbeddings embeddings(List<String> texts) throws IOException {
        return TextEmbeddings.of(model, encoder, texts, batchSize);
    }

    /** Tokenizes the queries of data. */
    public EmbeddedTexts queries(RetrievalData data) throws IOException {
        List<String> texts =
                data.queries().stream()
                        .map(query -> encoder.settings().query(query.text()))
                        .toList();
        return adapted.queries() ? embeddings(texts) : frozen.of(texts);
    }

    /** Tokenizes the passages of data. */
    public EmbeddedTexts passages(RetrievalData data) throws IOException {
        List<String> texts = data.passages().stream().map(encoder.settings()::passage).toList();
        Optional<Path> known = data.vectors();
        if (known.isPresent()) {
            CorpusVectors.read(known.get(), model, encoder).addTo(frozen);
            return unchanged(frozen.of(texts), known.get());
        }
        return adapted.passages() ? embeddings(texts) : frozen.of(texts);
    }

    /** Returns passages that refuse an adapter which changes their known vectors. */
    private EmbeddedTexts unchanged(EmbeddedTexts passages, Path known) {
        return new EmbeddedTexts() {
            @Override
            public int size() {
                return passages.size();
            }

            @Override
            public NDArray compute(NDManager owner, Progress progress) {
                if (adapted.passages() && !model.active().isEmpty()) {
                    throw new IllegalArgumentException(
                            "The adapter changes the vectors of passages, so those of '%s' are not theirs; leave this file out, or train an adapter of queries alone"
                                    .formatted(known));
                }
                return passages.compute(owner, progress);
            }
        };
    }

    private Task.Measure retrieval(RetrievalData data) throws IOException {
        EmbeddedTexts queries = queries(data);
        EmbeddedTexts passages = passages(data);
        return listener -> {
            RetrievalMetrics metrics = new RetrievalMetrics(data.depths());
            search(
                    queries,
                    passages,
                    listener,
                    (query, cosines) -> metrics.add(cosines, data.queries().get(query).relevant()));
            listener.onColumns(metrics.columns());
            return metrics.means();
        };
    }

    /**
     * Embeds the texts of a search with the model as it is now.
     *
     * @param listener learns how many texts are embedded
     * @param consumer takes the cosines of every query to all passages, in order
     */
    public void search(
            RetrievalData data, EvaluationListener listener, Similarities.RowConsumer consumer)
            throws IOException {
        search(queries(data), passages(data), listener, consumer);
    }

    private void search(
            EmbeddedTexts queries,
            EmbeddedTexts passages,
            EvaluationListener listener,
            Similarities.RowConsumer consumer) {
        EmbeddedTexts.Progress progress = progress(listener, queries.size() + passages.size());
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            Similarities.forEachRow(
                    queries.compute(scope, progress), passages.compute(scope, progress), consumer);
        }
    }

    /** Tells a listener how many texts of all are done. */
    public static EmbeddedTexts.Progress progress(EvaluationListener listener, int all) {
        AtomicInteger done = new AtomicInteger();
        return texts -> listener.onExamples(done.addAndGet(texts), all);
    }

    /**
     * Compares a search by the model with one by a student.
     *
     * @param student gives texts vectors, without prompts; those of zeros are near to none
     * @return the metrics of the model, those of the student, and those of a search by the
     *     student's queries for the model's passages, which are none where vectors differ in width
     */
    public List<Map<String, Double>> compare(
            RetrievalData data, Function<String, float[]> student, EvaluationListener listener)
            throws IOException {
        EmbeddedTexts queries = queries(data);
        EmbeddedTexts passages = passages(data);
        EmbeddedTexts.Progress progress = progress(listener, queries.size() + passages.size());
        List<float[]> own = rows(passages, progress);
        List<float[]> asked =
                data.queries().stream().map(query -> student.apply(query.text())).toList();
        return List.of(
                search(data, rows(queries, progress), own),
                search(data, asked, data.passages().stream().map(student).toList()),
                asked.get(0).length == own.get(0).length ? search(data, asked, own) : Map.of());
    }

    private List<float[]> rows(EmbeddedTexts texts, EmbeddedTexts.Progress progress) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            float[] values = texts.compute(scope, progress).toFloatArray();
            int width = values.length / texts.size();
            return IntStream.range(0, texts.size())
                    .mapToObj(i -> Arrays.copyOfRange(values, i * width, (i + 1) * width))
                    .toList();
        }
    }

    private static Map<String, Double> search(
            RetrievalData data, List<float[]> queries, List<float[]> passages) {
        RetrievalMetrics metrics = new RetrievalMetrics(data.depths());
        for (int query = 0; query < queries.size(); query++) {
            float[] asked = queries.get(query);
            float[] cosines = new float[passages.size()];
            IntStream.range(0, cosines.length)
                    .parallel()
                    .forEach(i -> cosines[i] = Similarities.cosine(asked, passages.get(i)));
            metrics.add(cosines, data.queries().get(query).relevant());
        }
        return metrics.means();
    }

    private static Map<String, Double> similarity(
            PairData pairs, List<double[]> columns, EvaluationListener listener) {
        double[] labels =
                pairs.rows().stream().mapToDouble(row -> row.score().getAsDouble()).toArray();
        LabelSpace numbers = new LabelSpace(TaskKind.REGRESSION, List.of());
        listener.onLabels(numbers, labels, columns.get(0));
        Map<String, Double> found = LabelMetrics.of(numbers, columns.get(0), labels);
        Map<String, Double> metrics = new LinkedHashMap<>();
        SIMILARITY.forEach(name -> metrics.put(name, found.get(name)));
        return metrics;
    }

    /**
     * Computes the share of triplets whose second text is nearer to the first than all negatives.
     */
    private static Map<String, Double> triplets(
            List<double[]> columns, EvaluationListener listener) {
        double[] near = columns.get(0);
        double[] hits = new double[near.length];
        for (int i = 0; i < hits.length; i++) {
            int row = i;
            hits[i] = columns.stream().skip(1).allMatch(far -> far[row] < near[row]) ? 1 : 0;
        }
        listener.onColumns(Map.of("hit", hits));
        return Map.of(TRIPLETS.get(0), Arrays.stream(hits).sum() / hits.length);
    }

    private PairCosines cosines(PairData pairs) throws IOException {
        Map<String, Integer> places = new LinkedHashMap<>();
        List<int[]> rows = new ArrayList<>();
        for (PairData.Row row : pairs.rows()) {
            List<String> texts = row.prompted(encoder.settings());
            texts.forEach(text -> places.putIfAbsent(text, places.size()));
            rows.add(texts.stream().mapToInt(places::get).toArray());
        }
        return new PairCosines(model, embeddings(List.copyOf(places.keySet())), rows);
    }

    /**
     * The cosines of first texts to the other texts of their rows.
     *
     * @param rows the places of the texts of every row among them
     */
    private record PairCosines(AdaptedModel model, TextEmbeddings texts, List<int[]> rows) {

        /** Computes an array for the second texts and one for every column of negatives. */
        List<double[]> compute(EmbeddedTexts.Progress progress) {
            try (NDManager scope = model.model().getNDManager().newSubManager()) {
                NDArray embedded = texts.compute(scope, progress);
                float[] values = embedded.toFloatArray();
                int width = (int) embedded.getShape().get(1);
                List<double[]> columns = new ArrayList<>();
                for (int column = 1; column < rows.get(0).length; column++) {
                    double[] cosines = new double[rows.size()];
                    for (int i = 0; i < cosines.length; i++) {
                        int[] row = rows.get(i);
                        cosines[i] = Similarities.cosine(values, row[0], row[column], width);
                    }
                    columns.add(cosines);
                }
                return columns;
            }
        }
    }
}
