/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;
import org.djladapters.task.EmbeddingModelBuilder;
import org.djladapters.task.TextEmbedder;
import org.djladapters.task.TextEmbedder.Role;

/**
 * An embedding model of LangChain4j that is a model with one of its adapters.
 *
 * <pre>{@code
 * AdaptedModel base = AdaptedModel.open(Path.of("all-MiniLM-L6-v2"));
 * AdapterDirectory.load(base, "acme", Path.of("adapters/acme"));
 * EmbeddingModel acme =
 *         Langchain4jEmbeddingModel.builder().setModel(base).optAdapter("acme").build();
 * }</pre>
 *
 * <p>{@link EmbeddingModelBuilder} says how it uses the adapter. A request with an input type,
 * {@link EmbeddingInputType#QUERY} or {@link EmbeddingInputType#DOCUMENT}, gets the prompt that the
 * model has for it ({@link SentenceSettings}), any other that of {@link Builder#optPrompt}.
 *
 * <p>An adapter may be for queries alone: passages then keep their vectors of the base model, and a
 * store of these needs no change. Text that {@link #embed(String)} gets, as from a retriever, is a
 * query then, and segments, as from an ingestor, are passages, unless a request has an input type.
 */
public final class Langchain4jEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private final TextEmbedder embedder;
    private final Optional<Function<SentenceSettings, String>> prompt;

    private Langchain4jEmbeddingModel(
            TextEmbedder embedder, Optional<Function<SentenceSettings, String>> prompt) {
        this.embedder = embedder;
        this.prompt = prompt;
    }

    /** Begins the options of an embedding model. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Embeds a text, a query if the adapter is for queries or passages alone.
     *
     * @param text the text
     * @return its vector, and the number of tokens
     * @throws IllegalArgumentException as {@link #embedAll}
     * @throws IllegalStateException as {@link #embedAll}
     */
    @Override
    public Response<Embedding> embed(String text) {
        return embed(text, Role.QUERY);
    }

    /**
     * Embeds a text, a passage if the adapter is for queries or passages alone.
     *
     * @param segment the text
     * @return its vector, and the number of tokens
     * @throws IllegalArgumentException as {@link #embedAll}
     * @throws IllegalStateException as {@link #embedAll}
     */
    @Override
    public Response<Embedding> embed(TextSegment segment) {
        return embed(segment.text(), Role.PASSAGE);
    }

    private Response<Embedding> embed(String text, Role role) {
        Response<List<Embedding>> response = embed(Collections.singletonList(text), role, prompt);
        return Response.from(response.content().get(0), response.tokenUsage());
    }

    /**
     * Embeds texts, passages if the adapter is for queries or passages alone.
     *
     * @param segments the texts
     * @return a vector for each, and the number of tokens that the model has read, without those
     *     that only begin and end a text
     * @throws IllegalArgumentException if a text is blank
     * @throws IllegalStateException if this or the model was closed, the adapter was deleted, or
     *     the model can't use it now
     */
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return embed(segments.stream().map(TextSegment::text).toList(), Role.PASSAGE, prompt);
    }

    private Response<List<Embedding>> embed(
            List<String> texts, Role role, Optional<Function<SentenceSettings, String>> begin) {
        TextEmbedder.Embeddings embeddings = embedder.embed(texts, role, begin);
        return Response.from(
                embeddings.vectors().stream().map(Embedding::from).toList(),
                new TokenUsage(embeddings.tokens()));
    }

    /**
     * Embeds the texts of a request, with the prompt for its input type if it has one.
     *
     * @param request the texts
     * @return a vector for each
     * @throws IllegalArgumentException as {@link #embedAll}
     * @throws IllegalStateException as {@link #embedAll}
     */
    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        Response<List<Embedding>> response =
                embed(
                        request.inputs().stream().map(EmbeddingInput::text).toList(),
                        role(request.inputType()),
                        prompt(request.inputType()));
        return EmbeddingResponse.builder()
                .embeddings(response.content())
                .metadata(
                        EmbeddingResponseMetadata.builder()
                                .modelName(modelName())
                                .tokenUsage(response.tokenUsage())
                                .build())
                .build();
    }

    private static Role role(EmbeddingInputType type) {
        if (type == null) {
            return Role.ANY;
        }
        return type == EmbeddingInputType.QUERY ? Role.QUERY : Role.PASSAGE;
    }

    private Optional<Function<SentenceSettings, String>> prompt(EmbeddingInputType type) {
        if (type == null) {
            return prompt;
        }
        return Optional.of(
                type == EmbeddingInputType.QUERY
                        ? SentenceSettings::queryPrompt
                        : SentenceSettings::passagePrompt);
    }

    /**
     * Returns the parameters that a request can have.
     *
     * @return the type of the input
     */
    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
    }

    /**
     * Returns the length of the vectors.
     *
     * @return the number of features
     */
    @Override
    public int dimension() {
        return embedder.dimension();
    }

    /**
     * Returns a name for the model with the adapter.
     *
     * @return the name of the base model, followed by a slash and the adapter's if there is one
     */
    @Override
    public String modelName() {
        return embedder.name();
    }

    /** Releases the tokenizer. The model stays open. */
    @Override
    public void close() {
        embedder.close();
    }

    /** The options of an embedding model. */
    public static final class Builder
            extends EmbeddingModelBuilder<Langchain4jEmbeddingModel, Builder> {

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Internal
        @Override
        protected Langchain4jEmbeddingModel build(TextEmbedder embedder, String prompt)
                throws IOException {
            return new Langchain4jEmbeddingModel(embedder, embedder.prompt(prompt));
        }
    }
}
