/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.option.Option;
import org.djladapters.task.embedding.EmbeddingMeasure;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Keeps the pairs whose query finds its passage: questions that a language model made of a passage
 * but that fit many others, or none, are left out.
 *
 * @see <a href="https://arxiv.org/abs/1906.05416">Alberti et al., Synthetic QA corpora generation
 *     with roundtrip consistency</a>
 */
public final class RoundTrip {

    private static final int BATCH_SIZE = 64;

    private RoundTrip() {}

    /**
     * Searches the passages of all queries in a corpus, which need not have them.
     *
     * @param model a model that gives embeddings, with the adapter that is active
     * @param pairs queries with a passage each
     * @param corpus the passages that are searched
     * @param within among how many of the nearest passages the own one must be, at least 1
     * @param listener learns how many texts are embedded; an exception that it throws ends the work
     * @return the pairs that are kept, in their order; may be empty
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if the model gives no embeddings
     */
    public static List<PairData.Row> keep(
            AdaptedModel model,
            PairData pairs,
            Corpus corpus,
            int within,
            EvaluationListener listener)
            throws IOException {
        Option.requirePositive("number of nearest passages", within);
        RetrievalData data = RetrievalData.of(pairs, corpus);
        EmbeddingMeasure measure =
                EmbeddingTask.of(model, OptionalInt.empty()).measure(model, BATCH_SIZE);
        Set<Map.Entry<String, String>> found = new HashSet<>();
        measure.search(
                data,
                listener,
                (place, cosines) -> {
                    RetrievalData.Query query = data.queries().get(place);
                    for (int own : query.relevant().keySet()) {
                        if (nearer(cosines, own) < within) {
                            found.add(Map.entry(query.text(), data.passages().get(own)));
                        }
                    }
                });
        return pairs.rows().stream()
                .filter(row -> found.contains(Map.entry(row.first(), row.second())))
                .toList();
    }

    private static int nearer(float[] cosines, int own) {
        int nearer = 0;
        for (float cosine : cosines) {
            nearer += cosine > cosines[own] ? 1 : 0;
        }
        return nearer;
    }
}
