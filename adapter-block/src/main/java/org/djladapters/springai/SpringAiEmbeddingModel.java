/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;
import org.djladapters.task.EmbeddingModelBuilder;
import org.djladapters.task.TextEmbedder;
import org.djladapters.task.TextEmbedder.Role;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * An embedding model of Spring AI that is a model with one of its adapters.
 *
 * <pre>{@code
 * @Bean
 * EmbeddingModel embeddingModel(AdaptedModel base) throws IOException {
 *     return SpringAiEmbeddingModel.builder().setModel(base).optAdapter("acme").build();
 * }
 * }</pre>
 *
 * <p>{@link EmbeddingModelBuilder} says how it uses the adapter. Vector stores embed queries as
 * texts, which get the prompt of {@link Builder#optPrompt}; documents have one of their own. Where
 * an adapter is for queries alone, documents get vectors of the base model, texts those of the
 * adapter; and the other way round.
 */
public final class SpringAiEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private final TextEmbedder embedder;
    private final Optional<Function<SentenceSettings, String>> prompt;
    private final Optional<Function<SentenceSettings, String>> documentPrompt;
    private final MetadataMode metadataMode;

    private SpringAiEmbeddingModel(
            TextEmbedder embedder,
            Optional<Function<SentenceSettings, String>> prompt,
            Optional<Function<SentenceSettings, String>> documentPrompt,
            MetadataMode metadataMode) {
        this.embedder = embedder;
        this.prompt = prompt;
        this.documentPrompt = documentPrompt;
        this.metadataMode = metadataMode;
    }

    /** Begins the options of an embedding model. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Embeds texts.
     *
     * @param request the texts
     * @return a vector for each, and the number of tokens that the model has read, without those
     *     that only begin and end a text
     * @throws IllegalArgumentException if a text is blank, or the options ask for another model or
     *     other dimensions
     * @throws IllegalStateException if this or the model was closed, the adapter was deleted, or
     *     the model can't use it now
     */
    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        requireOwn(request.getOptions());
        TextEmbedder.Embeddings embeddings =
                embedder.embed(request.getInstructions(), Role.QUERY, prompt);
        List<Embedding> results = new ArrayList<>();
        for (float[] vector : embeddings.vectors()) {
            results.add(new Embedding(vector, results.size()));
        }
        return new EmbeddingResponse(
                results,
                new EmbeddingResponseMetadata(
                        embedder.name(), new DefaultUsage(embeddings.tokens(), 0)));
    }

    private void requireOwn(EmbeddingOptions options) {
        if (options == null) {
            return;
        }
        if (options.getModel() != null && !options.getModel().equals(embedder.name())) {
            throw new IllegalArgumentException(
                    "This embedding model is '%s', not '%s'"
                            .formatted(embedder.name(), options.getModel()));
        }
        if (options.getDimensions() != null && options.getDimensions() != dimensions()) {
            throw new IllegalArgumentException(
                    "This embedding model has %d dimensions, not %d"
                            .formatted(dimensions(), options.getDimensions()));
        }
    }

    /**
     * Embeds a document.
     *
     * @param document a document with a text
     * @throws IllegalArgumentException if the text is blank or missing
     * @throws IllegalStateException as {@link #call}
     */
    @Override
    public float[] embed(Document document) {
        return embedDocuments(List.of(document)).get(0);
    }

    /**
     * Embeds documents.
     *
     * @param documents documents with texts
     * @param options options, which may ask for nothing but this model
     * @param strategy says how the documents are divided
     * @return a vector for each
     * @throws IllegalArgumentException as {@link #call}
     * @throws IllegalStateException as {@link #call}
     */
    @Override
    public List<float[]> embed(
            List<Document> documents, EmbeddingOptions options, BatchingStrategy strategy) {
        requireOwn(options);
        List<float[]> vectors = new ArrayList<>();
        strategy.batch(documents).forEach(batch -> vectors.addAll(embedDocuments(batch)));
        return vectors;
    }

    private List<float[]> embedDocuments(List<Document> documents) {
        return embedder.embed(
                        documents.stream().map(this::getEmbeddingContent).toList(),
                        Role.PASSAGE,
                        documentPrompt)
                .vectors();
    }

    /**
     * Returns the text of a document that is embedded.
     *
     * @param document a document with a text
     * @return the text, with the metadata that {@link Builder#optMetadataMode} asks for
     * @throws IllegalArgumentException if the document has no text
     */
    @Override
    public String getEmbeddingContent(Document document) {
        if (!document.isText()) {
            throw new IllegalArgumentException(
                    "Document '%s' has no text to embed".formatted(document.getId()));
        }
        return metadataMode == MetadataMode.NONE
                ? document.getText() // without the empty lines of a template for nothing
                : document.getFormattedContent(metadataMode);
    }

    /**
     * Returns the length of the vectors.
     *
     * @return the number of features
     */
    @Override
    public int dimensions() {
        return embedder.dimension();
    }

    /** Releases the tokenizer. The model stays open. */
    @Override
    public void close() {
        embedder.close();
    }

    /** The options of an embedding model. */
    public static final class Builder
            extends EmbeddingModelBuilder<SpringAiEmbeddingModel, Builder> {

        private String documentPrompt;
        private MetadataMode metadataMode = MetadataMode.NONE;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Begins the texts of documents with a prompt, instead of the model's default prompt if it
         * has one.
         *
         * @param nameOrText the name of a prompt, {@code passage} for example, or else the prompt
         *     itself
         * @return this builder
         */
        public Builder optDocumentPrompt(String nameOrText) {
            documentPrompt = nameOrText;
            return this;
        }

        /**
         * Chooses which of a document's metadata are embedded with its text.
         *
         * @param mode the choice, nothing by default
         * @return this builder
         */
        public Builder optMetadataMode(MetadataMode mode) {
            metadataMode = mode;
            return this;
        }

        @Internal
        @Override
        protected SpringAiEmbeddingModel build(TextEmbedder embedder, String prompt)
                throws IOException {
            return new SpringAiEmbeddingModel(
                    embedder,
                    embedder.prompt(prompt),
                    embedder.prompt(documentPrompt),
                    metadataMode);
        }
    }
}
