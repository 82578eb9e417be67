/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Replacement;
import org.djladapters.task.TaskModel;
import org.djladapters.task.TextEmbedder;
import org.djladapters.task.TextVectors;

/** Predicts from rows with one adapter; safe for threads. */
interface RowPredictor extends AutoCloseable {

    /** Predicts one result for each row. */
    List<?> predict(List<TextRow> rows) throws TranslateException;

    @Override
    void close();

    /**
     * Opens an adapter.
     *
     * @param adapter its name in the model
     * @throws IOException if a file of the adapter is malformed
     * @throws IllegalArgumentException if it is for another task
     */
    static RowPredictor open(AdaptedModel model, String adapter, RowPrediction.Use use)
            throws IOException {
        return use.task() == RowTask.EMBEDDING
                ? Embedding.open(model, adapter, use.prompt())
                : Labelling.open(model, adapter, use.task().textTask(use.pairs()));
    }

    /** Gives texts vectors; orders them by length and makes batches itself. */
    record Embedding(
            TextEmbedder embedder,
            TextEmbedder.Role role,
            Optional<Function<SentenceSettings, String>> prompt)
            implements RowPredictor {

        private static Embedding open(AdaptedModel model, String adapter, String prompt)
                throws IOException {
            TextEmbedder embedder = TextEmbedder.open(model, adapter, Replacement.KEEP);
            if (TextVectors.QUERY.equals(prompt)) {
                return new Embedding(
                        embedder,
                        TextEmbedder.Role.QUERY,
                        Optional.of(SentenceSettings::queryPrompt));
            }
            if (TextVectors.PASSAGE.equals(prompt)) {
                return new Embedding(
                        embedder,
                        TextEmbedder.Role.PASSAGE,
                        Optional.of(SentenceSettings::passagePrompt));
            }
            try {
                return new Embedding(embedder, TextEmbedder.Role.ANY, embedder.prompt(prompt));
            } catch (IOException | RuntimeException e) {
                embedder.close();
                throw e;
            }
        }

        @Override
        public List<float[]> predict(List<TextRow> rows) {
            List<String> texts = rows.stream().map(TextRow::text).toList();
            return embedder.embed(texts, role, prompt).vectors();
        }

        @Override
        public void close() {
            embedder.close();
        }
    }

    /** Predicts everything else. */
    record Labelling<I, O>(TaskModel<I, O> model, Function<TextRow, I> inputOf)
            implements RowPredictor {

        private static <I, O> Labelling<I, O> open(
                AdaptedModel model, String adapter, TextTask<I, O> task) throws IOException {
            return new Labelling<>(
                    TaskModel.beside(model, task.input(), task.output(), adapter), task.inputOf());
        }

        @Override
        public List<O> predict(List<TextRow> rows) throws TranslateException {
            return model.predict(rows.stream().map(inputOf).toList());
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
