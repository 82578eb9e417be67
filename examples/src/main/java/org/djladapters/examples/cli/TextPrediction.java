/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.model.AdaptedModel;

/** Predicts from rows of texts or pairs, in batches of similar length. */
final class TextPrediction implements AutoCloseable {

    /** The number of rows that are read ahead, so that batches have texts of similar length. */
    private static final int AHEAD = 512;

    private static final int BATCH = 32;

    private final TextModel<?, ?> model;

    private TextPrediction(TextModel<?, ?> model) {
        this.model = model;
    }

    /** Receives predictions in the order of their rows. */
    @FunctionalInterface
    interface Receiver {
        void take(TextRow row, JsonObject prediction) throws IOException;
    }

    /**
     * Opens a model with adapters for its task.
     *
     * @param pairs whether its inputs are pairs
     * @param topK the number of classes that are named with their probabilities; 0 for the best
     * @throws IllegalArgumentException if the task does not predict from such inputs
     */
    static TextPrediction open(AdaptedModel model, boolean pairs, int topK, String... adapters)
            throws IOException {
        TaskKind kind = TextModel.kind(model, adapters).orElse(TaskKind.EMBEDDING);
        requireInputs(kind, pairs);
        if (topK > 0 && !TextTask.namesClasses(kind)) {
            throw new IllegalArgumentException(
                    "--top-k is for classes, but the model is for %s; leave it out"
                            .formatted(kind.noun()));
        }
        return new TextPrediction(TextModel.of(model, TextTask.of(kind, pairs, topK), adapters));
    }

    private static void requireInputs(TaskKind kind, boolean pairs) {
        if (TextTask.takes(kind, pairs) || !TextTask.takes(kind, !pairs)) {
            return; // those that take neither are refused as such
        }
        if (pairs) {
            throw new IllegalArgumentException(
                    "The model takes single texts, but the input has pairs; leave out --text-pair,"
                            + " or name the column with --text-column");
        }
        throw new IllegalArgumentException(
                kind == TaskKind.RERANKING
                        ? "The model compares a query with a passage; give --text QUERY and"
                                + " --text-pair PASSAGE, or a file with both columns"
                        : "The model answers a question from a text; give --text QUESTION and"
                                + " --text-pair TEXT, or a file with both columns");
    }

    /** Predicts from all rows, whose number is shown as progress. */
    void run(TextRows rows, long all, Receiver receiver, Interruption watch) throws IOException {
        List<TextRow> ahead = new ArrayList<>();
        long done = 0;
        watch.onWork("predict", 0, all);
        for (TextRow row = rows.next(); row != null; row = rows.next()) {
            ahead.add(row);
            if (ahead.size() == AHEAD) {
                predict(ahead, done, all, receiver, watch);
                done += ahead.size();
                ahead.clear();
            }
        }
        predict(ahead, done, all, receiver, watch);
    }

    private void predict(
            List<TextRow> rows, long before, long all, Receiver receiver, Interruption watch)
            throws IOException {
        List<Integer> byLength =
                IntStream.range(0, rows.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> rows.get(i).length()))
                        .toList();
        List<JsonObject> predictions = new ArrayList<>(Collections.nCopies(rows.size(), null));
        for (int start = 0; start < rows.size(); start += BATCH) {
            List<Integer> batch = byLength.subList(start, Math.min(rows.size(), start + BATCH));
            List<JsonObject> results = model.predict(batch.stream().map(rows::get).toList());
            for (int i = 0; i < batch.size(); i++) {
                predictions.set(batch.get(i), results.get(i));
            }
            watch.onWork("predict", before + start + batch.size(), all);
        }
        watch.clear();
        for (int i = 0; i < rows.size(); i++) {
            JsonObject named = new JsonObject();
            named.addProperty("text", rows.get(i).text());
            rows.get(i).pair().ifPresent(pair -> named.addProperty("text_pair", pair));
            predictions.get(i).entrySet().forEach(e -> named.add(e.getKey(), e.getValue()));
            receiver.take(rows.get(i), named);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
