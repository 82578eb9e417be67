/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import io.micrometer.observation.ObservationRegistry;
import org.djladapters.springai.SpringAiEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;

/** Gives embedding models of Spring AI, one for each adapter. */
public final class SpringAiAdapters {

    private final AdapterPool pool;
    private final AdapterVersion.Use<SpringAiEmbeddingModel> use;
    private final ObservationRegistry observations;
    private final EmbeddingModelObservationConvention convention;

    SpringAiAdapters(
            AdapterPool pool,
            AdapterProperties properties,
            ObservationRegistry observations,
            EmbeddingModelObservationConvention convention) {
        this.pool = pool;
        this.observations = observations;
        this.convention = convention;
        use =
                new AdapterVersion.Use<>(
                        SpringAiEmbeddingModel.class,
                        (model, adapter) ->
                                SpringAiEmbeddingModel.builder()
                                        .setModel(model)
                                        .optAdapter(adapter)
                                        .optPrompt(properties.prompt())
                                        .optDocumentPrompt(properties.documentPrompt())
                                        .build());
    }

    /**
     * Returns the embedding model of an adapter, which uses the newest version of it in each call.
     * It needs no closing, and is quickly made.
     *
     * @param adapter the name of the adapter, empty for the base model; calls fail with {@link
     *     UnknownAdapterException} while there is no such adapter
     */
    public EmbeddingModel embeddingModel(String adapter) {
        return new PooledEmbeddingModel(pool, adapter, use, observations, convention);
    }
}
