/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Replacement;
import org.djladapters.task.TextEmbedder;
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
 * <p>Each embedding model uses its own adapter alone, whatever is active, so one base model serves
 * many of them, from any thread. Their batches run one at a time, but those of the adapter that is
 * the only active one run at once. While other adapters are merged, or all are disabled, texts are
 * refused.
 *
 * <p>When another adapter takes the place of the one in use ({@code AdapterDirectory.replace}), the
 * vectors stay those of the adapter that was there when this was opened, as those of an index do;
 * {@link Builder#optReplacement} chooses otherwise.
 *
 * <p>Texts longer than the model's {@code maxLength} are truncated there.
 */
public final class SpringAiEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private final TextEmbedder embedder;
    private final Function<SentenceSettings, String> prompt;
    private final Function<SentenceSettings, String> documentPrompt;
    private final MetadataMode metadataMode;

    private SpringAiEmbeddingModel(TextEmbedder embedder, Builder builder) throws IOException {
        this.embedder = embedder;
        prompt = embedder.prompt(builder.prompt);
        documentPrompt = embedder.prompt(builder.documentPrompt);
        metadataMode = builder.metadataMode;
    }

    /**
     * Begins the options of an embedding model.
     *
     * @return the builder
     */
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
        TextEmbedder.Embeddings embeddings = embedder.embed(request.getInstructions(), prompt);
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
     * @return its vector
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
     * @param options what is asked for, nothing as a rule
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
                        documents.stream().map(this::getEmbeddingContent).toList(), documentPrompt)
                .vectors();
    }

    /**
     * Returns what of a document is embedded.
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
    public static final class Builder {

        private AdaptedModel model;
        private String adapter = AdaptedModel.BASE;
        private String prompt;
        private String documentPrompt;
        private MetadataMode metadataMode = MetadataMode.NONE;
        private Replacement replacement = Replacement.KEEP;

        private Builder() {}

        /**
         * Sets the model.
         *
         * @param model a model that was opened from a directory; the embedding model doesn't close
         *     it
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Chooses an adapter; without one it is the base model.
         *
         * @param name the name of an adapter of the model
         * @return this builder
         */
        public Builder optAdapter(String name) {
            adapter = name;
            return this;
        }

        /**
         * Begins texts with a prompt, instead of the model's default prompt if it has one. Vector
         * stores embed queries as texts.
         *
         * @param nameOrText the name of a prompt of the model's {@code
         *     config_sentence_transformers.json}, {@code query} for example, or else the prompt
         *     itself
         * @return this builder
         */
        public Builder optPrompt(String nameOrText) {
            prompt = nameOrText;
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
         * Chooses what of a document's metadata is embedded with its text.
         *
         * @param mode the choice, nothing by default
         * @return this builder
         */
        public Builder optMetadataMode(MetadataMode mode) {
            metadataMode = mode;
            return this;
        }

        /**
         * Chooses what is done when another adapter takes the place of this one.
         *
         * @param choice the choice; by default the adapter is kept, since an index has its vectors
         * @return this builder
         */
        public Builder optReplacement(Replacement choice) {
            replacement = choice;
            return this;
        }

        /**
         * Opens the embedding model.
         *
         * @return the embedding model
         * @throws IOException if a file of the model or what the adapter brings is malformed
         * @throws IllegalArgumentException if the model has no such adapter, or it gives no
         *     embeddings
         */
        public SpringAiEmbeddingModel build() throws IOException {
            Objects.requireNonNull(model, "setModel is missing");
            TextEmbedder embedder = TextEmbedder.open(model, adapter, replacement);
            try {
                return new SpringAiEmbeddingModel(embedder, this);
            } catch (IOException | RuntimeException e) {
                embedder.close();
                throw e;
            }
        }
    }
}
