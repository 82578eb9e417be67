/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.Objects;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;

/**
 * The options that the embedding models of other libraries share.
 *
 * <p>Each embedding model uses its own adapter alone, no matter which are active, so one base model
 * serves many of them, from any thread. Their batches run one at a time, but those of the adapter
 * that is the only active one run at once. While other adapters are merged, or all are disabled,
 * texts are refused. Texts longer than the model's {@code maxLength} are truncated there.
 *
 * <p>When another adapter takes the place of the one in use ({@code AdapterDirectory.replace}), the
 * vectors stay those of the adapter that was there when the embedding model was built, as those of
 * an index do; {@link #optReplacement} chooses otherwise.
 *
 * @param <T> the embedding model that is built
 * @param <B> the builder
 */
public abstract class EmbeddingModelBuilder<T, B extends EmbeddingModelBuilder<T, B>> {

    private AdaptedModel model;
    private String adapter = AdaptedModel.BASE;
    private String prompt;
    private Replacement replacement = Replacement.KEEP;

    /** Begins without options. */
    protected EmbeddingModelBuilder() {}

    /**
     * Returns this builder.
     *
     * @return this builder
     */
    protected abstract B self();

    /** Makes the embedding model, which closes the embedder. */
    @Internal
    protected abstract T build(TextEmbedder embedder, String prompt) throws IOException;

    /**
     * Sets the model.
     *
     * @param model a model that was opened from a directory; the embedding model doesn't close it
     * @return this builder
     */
    public B setModel(AdaptedModel model) {
        this.model = model;
        return self();
    }

    /**
     * Sets the adapter (default: none, the base model).
     *
     * @param name the name of an adapter of the model
     * @return this builder
     */
    public B optAdapter(String name) {
        adapter = name;
        return self();
    }

    /**
     * Begins texts with a prompt, instead of the model's default prompt if it has one.
     *
     * @param nameOrText the name of a prompt of the model's {@code
     *     config_sentence_transformers.json}, {@code query} for example, or else the prompt itself
     * @return this builder
     */
    public B optPrompt(String nameOrText) {
        prompt = nameOrText;
        return self();
    }

    /**
     * Chooses what happens when another adapter takes the place of this one.
     *
     * @param choice the choice; by default the adapter is kept, since an index has its vectors
     * @return this builder
     */
    public B optReplacement(Replacement choice) {
        replacement = choice;
        return self();
    }

    /**
     * Opens the embedding model.
     *
     * @return the embedding model
     * @throws IOException if a file of the model or the adapter is malformed
     * @throws IllegalArgumentException if the model has no such adapter, or it gives no embeddings
     */
    public T build() throws IOException {
        Objects.requireNonNull(model, "setModel is missing");
        TextEmbedder embedder = TextEmbedder.open(model, adapter, replacement);
        try {
            return build(embedder, prompt);
        } catch (IOException | RuntimeException e) {
            embedder.close();
            throw e;
        }
    }
}
