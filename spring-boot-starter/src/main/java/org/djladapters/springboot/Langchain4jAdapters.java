/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.scoring.ScoringModel;
import java.util.List;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.langchain4j.Langchain4jScoringModel;

/**
 * Gives embedding and scoring models of LangChain4j, one for each adapter. Each uses the newest
 * version of its adapter in each call, needs no closing, and is quickly made.
 */
public final class Langchain4jAdapters {

    private static final AdapterVersion.Use<Langchain4jScoringModel> SCORING =
            new AdapterVersion.Use<>(
                    Langchain4jScoringModel.class,
                    (model, adapter) ->
                            Langchain4jScoringModel.builder()
                                    .setModel(model)
                                    .optAdapter(adapter)
                                    .build());

    private final AdapterPool pool;
    private final AdapterVersion.Use<Langchain4jEmbeddingModel> use;
    private final List<EmbeddingModelListener> listeners;

    Langchain4jAdapters(
            AdapterPool pool,
            AdapterProperties properties,
            List<EmbeddingModelListener> listeners) {
        this.pool = pool;
        this.listeners = List.copyOf(listeners);
        use =
                new AdapterVersion.Use<>(
                        Langchain4jEmbeddingModel.class,
                        (model, adapter) ->
                                Langchain4jEmbeddingModel.builder()
                                        .setModel(model)
                                        .optAdapter(adapter)
                                        .optPrompt(properties.prompt())
                                        .build());
    }

    /**
     * Returns the embedding model of an adapter, of which all {@link EmbeddingModelListener} beans
     * hear.
     *
     * @param adapter the name of the adapter, empty for the base model; calls fail with {@link
     *     UnknownAdapterException} while there is no such adapter
     */
    public EmbeddingModel embeddingModel(String adapter) {
        return new PooledLangchain4jModel(pool, adapter, use).addListeners(listeners);
    }

    /**
     * Returns the scoring model of an adapter.
     *
     * @param adapter as that of {@link #embeddingModel}
     */
    public ScoringModel scoringModel(String adapter) {
        return (segments, query) ->
                pool.use(adapter, SCORING, model -> model.scoreAll(segments, query));
    }
}
