/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.springai.SpringAiEmbeddingModel;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;

/**
 * An embedding model of Spring AI that is the newest version of an adapter. Its calls are observed
 * as Spring AI observes those of other embedding models.
 */
final class PooledEmbeddingModel implements EmbeddingModel {

    private static final String PROVIDER = "djl_adapters";

    private static final EmbeddingModelObservationConvention DEFAULT =
            new DefaultEmbeddingModelObservationConvention();

    private final AdapterPool pool;
    private final String adapter;
    private final String name;
    private final AdapterVersion.Use<SpringAiEmbeddingModel> use;
    private final ObservationRegistry observations;
    private final EmbeddingModelObservationConvention convention;

    /**
     * Makes the model of an adapter.
     *
     * @param convention names observations, null for Spring AI's names
     */
    PooledEmbeddingModel(
            AdapterPool pool,
            String adapter,
            AdapterVersion.Use<SpringAiEmbeddingModel> use,
            ObservationRegistry observations,
            EmbeddingModelObservationConvention convention) {
        this.pool = pool;
        this.adapter = adapter;
        this.use = use;
        this.observations = observations;
        this.convention = convention;
        name = pool.modelName(adapter);
    }

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        EmbeddingOptions options = withoutName(request.getOptions());
        List<String> texts = request.getInstructions();
        return observe(
                texts,
                () -> {
                    EmbeddingResponse response =
                            pooled(model -> model.call(new EmbeddingRequest(texts, options)));
                    return response(response.getResults(), response.getMetadata().getUsage());
                });
    }

    @Override
    public float[] embed(Document document) {
        return embedded(List.of(document), model -> List.of(model.embed(document))).get(0);
    }

    @Override
    public List<float[]> embed(
            List<Document> documents, EmbeddingOptions options, BatchingStrategy strategy) {
        EmbeddingOptions plain = withoutName(options);
        return embedded(documents, model -> model.embed(documents, plain, strategy));
    }

    private List<float[]> embedded(
            List<Document> documents, Function<SpringAiEmbeddingModel, List<float[]>> call) {
        List<String> texts = documents.stream().map(this::getEmbeddingContent).toList();
        return observe(
                        texts,
                        () -> {
                            List<Embedding> results = new ArrayList<>();
                            for (float[] vector : pooled(call)) {
                                results.add(new Embedding(vector, results.size()));
                            }
                            return response(results, new EmptyUsage());
                        })
                .getResults()
                .stream()
                .map(Embedding::getOutput)
                .toList();
    }

    @Override
    public int dimensions() {
        return pooled(SpringAiEmbeddingModel::dimensions);
    }

    private <T> T pooled(Function<SpringAiEmbeddingModel, T> call) {
        return pool.use(adapter, use, call);
    }

    /** The version of the adapter has another name than clients know. */
    private EmbeddingOptions withoutName(EmbeddingOptions options) {
        if (options == null || options.getModel() == null) {
            return options;
        }
        if (!options.getModel().equals(name)) {
            throw new IllegalArgumentException(
                    "This embedding model is '%s', not '%s'".formatted(name, options.getModel()));
        }
        return EmbeddingOptions.builder().dimensions(options.getDimensions()).build();
    }

    private EmbeddingResponse response(List<Embedding> results, Usage usage) {
        return new EmbeddingResponse(results, new EmbeddingResponseMetadata(name, usage));
    }

    /** Observes a call of an adapter that there is, so that there are not more names than these. */
    private EmbeddingResponse observe(List<String> texts, Supplier<EmbeddingResponse> call) {
        pool.requireServed(adapter);
        EmbeddingModelObservationContext context =
                EmbeddingModelObservationContext.builder()
                        .embeddingRequest(
                                new EmbeddingRequest(
                                        texts, EmbeddingOptions.builder().model(name).build()))
                        .provider(PROVIDER)
                        .build();
        Observation observation =
                EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION.observation(
                        convention, DEFAULT, () -> context, observations);
        return observation.observe(
                () -> {
                    EmbeddingResponse response = call.get();
                    context.setResponse(response);
                    return response;
                });
    }
}
