/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/**
 * A scoring model of LangChain4j, which ranks found passages again: a model that reads a query and
 * a passage as a pair and gives one number, with one of its adapters.
 *
 * <p>A score is what {@link TaskModel} predicts of the pair, the larger the better. As with {@link
 * Langchain4jEmbeddingModel}, each scoring model uses its own adapter alone, whatever is active. An
 * adapter that takes its place ({@code AdapterDirectory.replace}) gives the scores from then on.
 */
public final class Langchain4jScoringModel implements ScoringModel, AutoCloseable {

    private final TaskModel<StringPair, Float> task;
    private volatile boolean closed;

    private Langchain4jScoringModel(TaskModel<StringPair, Float> task) {
        this.task = task;
    }

    /** Begins the options of a scoring model. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Scores passages for a query.
     *
     * @param segments the passages
     * @return a score for each passage, in their order
     * @throws IllegalArgumentException if the query is null or blank
     * @throws IllegalStateException if this or the model was closed, the adapter was deleted, or
     *     the model can't use it now
     * @throws ArithmeticException if a score is not finite
     */
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
        if (query == null || query.isBlank()) {
            throw new IllegalArgumentException(
                    "The query is %s; there is nothing to score for"
                            .formatted(query == null ? "null" : "empty"));
        }
        if (closed) {
            throw new IllegalStateException("The scoring model was closed");
        }
        List<StringPair> pairs =
                segments.stream().map(segment -> new StringPair(query, segment.text())).toList();
        try {
            List<Float> scores = task.predict(pairs);
            return Response.from(scores.stream().map(Float::doubleValue).toList());
        } catch (TranslateException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Releases the tokenizer. The model stays open. */
    @Override
    public void close() {
        closed = true;
        task.close();
    }

    /** The options of a scoring model. */
    public static final class Builder {

        private AdaptedModel model;
        private String adapter = AdaptedModel.BASE;

        private Builder() {}

        /**
         * Sets the model.
         *
         * @param model a model that was opened from a directory; the scoring model doesn't close it
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Chooses an adapter; without one it is the base model with its own head.
         *
         * @param name the name of an adapter of the model
         * @return this builder
         */
        public Builder optAdapter(String name) {
            adapter = name;
            return this;
        }

        /**
         * Opens the scoring model.
         *
         * @throws IOException if the tokenizer or what the adapter brings is malformed
         * @throws IllegalArgumentException if the model has no such adapter, or a pair of texts
         *     does not give one number
         */
        public Langchain4jScoringModel build() throws IOException {
            Objects.requireNonNull(model, "setModel is missing");
            return new Langchain4jScoringModel(
                    TaskModel.beside(model, StringPair.class, Float.class, adapter));
        }
    }
}
