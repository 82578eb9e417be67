/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.Response;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;

/** An embedding model of LangChain4j that is the newest version of an adapter. */
final class PooledLangchain4jModel implements EmbeddingModel {

    private final AdapterPool pool;
    private final String adapter;
    private final AdapterVersion.Use<Langchain4jEmbeddingModel> use;

    PooledLangchain4jModel(
            AdapterPool pool, String adapter, AdapterVersion.Use<Langchain4jEmbeddingModel> use) {
        this.pool = pool;
        this.adapter = adapter;
        this.use = use;
    }

    private <T> T pooled(Function<Langchain4jEmbeddingModel, T> call) {
        return pool.use(adapter, use, call);
    }

    @Override
    public Response<Embedding> embed(String text) {
        return pooled(model -> model.embed(text));
    }

    @Override
    public Response<Embedding> embed(TextSegment segment) {
        return pooled(model -> model.embed(segment));
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return pooled(model -> model.embedAll(segments));
    }

    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        EmbeddingResponse response = pooled(model -> model.doEmbed(request));
        return EmbeddingResponse.builder()
                .embeddings(response.embeddings())
                .metadata(
                        EmbeddingResponseMetadata.builder()
                                .modelName(modelName())
                                .tokenUsage(response.metadata().tokenUsage())
                                .build())
                .build();
    }

    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
    }

    @Override
    public int dimension() {
        return pooled(Langchain4jEmbeddingModel::dimension);
    }

    @Override
    public String modelName() {
        return pool.modelName(adapter);
    }
}
