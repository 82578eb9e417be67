/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Sha256;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.EmbeddingMeasure;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.embedding.TextEmbeddings;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.vectors.VectorTable;

/**
 * Embeds many texts, for an index or a file.
 *
 * <pre>{@code
 * TextVectors vectors = TextVectors.builder().setModel(model).build();
 * vectors.embed(corpus.texts()).write(Path.of("passages.safetensors"));
 * }</pre>
 */
public final class TextVectors {

    /** The prompt of what is searched for, as the model's files name it or none. */
    public static final String QUERY = "query";

    /** The prompt of what is found, likewise. */
    public static final String PASSAGE = "passage";

    private static final int BATCH_SIZE = 64;

    private final AdaptedModel model;
    private final Optional<Path> adapter;
    private final EvaluationListener listener;
    private final EmbeddingTask task;
    private final String prompt;

    private TextVectors(Builder options) throws IOException {
        model = options.model;
        adapter = options.adapter;
        listener = options.listener;
        TextInputs.check(model.inputNames());
        task = EmbeddingTask.of(model, options.maxLength);
        prompt = prompt(options.prompt);
        requireAdapted(options.prompt);
    }

    /** Refuses texts that the adapter is not for. */
    private void requireAdapted(String role) {
        AdaptedTexts adapted = task.embedding().adapted();
        if (adapted != AdaptedTexts.BOTH && !adapted.toString().equals(role)) {
            throw new IllegalArgumentException(
                    "The adapter is for %s texts alone, and others keep the vectors of the base model; choose the prompt %s, or take the model without the adapter"
                            .formatted(adapted, adapted));
        }
    }

    private String prompt(String nameOrText) throws IOException {
        SentenceSettings settings = task.encoder().settings();
        return switch (nameOrText) {
            case QUERY -> settings.queryPrompt();
            case PASSAGE -> settings.passagePrompt();
            default ->
                    settings.prompted(
                                    TaskInputs.directory(model),
                                    Optional.empty(),
                                    Optional.of(nameOrText))
                            .passagePrompt();
        };
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the number of numbers of a vector. */
    public int width() {
        return Math.toIntExact(task.width(model));
    }

    /**
     * Embeds texts with the model as it is now; equal texts once.
     *
     * @param texts at least one, by their ids
     * @return their vectors in the map's order, as the model gives them, with the texts, the
     *     fingerprints of the model's weights and the adapter, and how texts become vectors
     * @throws IOException if the tokenizer or the weights can't be read
     * @throws ArithmeticException if a vector is not finite
     */
    public VectorTable embed(Map<String, String> texts) throws IOException {
        Map<String, Integer> rows = new LinkedHashMap<>();
        texts.values().forEach(text -> rows.putIfAbsent(text, rows.size()));
        SentenceEncoder encoder = task.encoder().withoutPrompts();
        TextEmbeddings embeddings =
                TextEmbeddings.of(
                        model,
                        encoder,
                        rows.keySet().stream()
                                .map(text -> encoder.settings().plain(prompt + text))
                                .toList(),
                        BATCH_SIZE);
        float[] distinct;
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            distinct = embeddings.values(scope, EmbeddingMeasure.progress(listener, rows.size()));
        }
        int width = distinct.length / rows.size();
        float[] values = new float[Math.multiplyExact(texts.size(), width)];
        int place = 0;
        for (String text : texts.values()) {
            System.arraycopy(distinct, rows.get(text) * width, values, place * width, width);
            place++;
        }
        return VectorTable.of(
                List.copyOf(texts.keySet()),
                Optional.of(List.copyOf(texts.values())),
                values,
                provenance());
    }

    private Map<String, String> provenance() throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        JsonObject options = new JsonObject();
        task.encoder()
                .options(prompt)
                .forEach((name, value) -> options.addProperty(name, String.valueOf(value)));
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put(VectorTable.MODEL_SHA256, Sha256.of(directory.weightFiles()));
        if (adapter.isPresent()) {
            provenance.put(VectorTable.ADAPTER_SHA256, AdapterDirectory.fingerprint(adapter.get()));
        }
        provenance.put(VectorTable.OPTIONS, options.toString());
        return provenance;
    }

    /** Gathers options. */
    public static final class Builder {

        private AdaptedModel model;
        private Optional<Path> adapter = Optional.empty();
        private OptionalInt maxLength = OptionalInt.empty();
        private String prompt = PASSAGE;
        private EvaluationListener listener = new EvaluationListener() {};

        private Builder() {}

        /**
         * Sets the model, which embeds with the adapter that is active.
         *
         * @param model a model that was opened from a directory
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Sets the folder that the active adapter is from, whose fingerprint is recorded (default:
         * none is).
         *
         * @param folder an adapter's folder
         * @return this builder
         */
        public Builder optAdapter(Path folder) {
            this.adapter = Optional.of(folder);
            return this;
        }

        /**
         * Sets the length to which texts are truncated (default: that with which the active adapter
         * was trained, else what suits the model).
         *
         * @param maxLength in tokens
         * @return this builder
         */
        public Builder optMaxLength(int maxLength) {
            this.maxLength = OptionalInt.of(maxLength);
            return this;
        }

        /**
         * Sets what is put before each text (default {@link TextVectors#PASSAGE}).
         *
         * @param nameOrText {@link TextVectors#QUERY}, {@link TextVectors#PASSAGE}, another name of
         *     a prompt of the model, or else the prompt itself
         * @return this builder
         */
        public Builder optPrompt(String nameOrText) {
            this.prompt = Objects.requireNonNull(nameOrText, "nameOrText");
            return this;
        }

        /**
         * Sets the listener of the work (default: none).
         *
         * @param listener learns how many texts are embedded; an exception that it throws ends the
         *     work
         * @return this builder
         */
        public Builder optListener(EvaluationListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Reads how texts become vectors.
         *
         * @return what embeds texts
         * @throws IOException if a file of the model is malformed
         * @throws IllegalArgumentException if the model gives no embeddings
         */
        public TextVectors build() throws IOException {
            Objects.requireNonNull(model, "setModel is missing");
            return new TextVectors(this);
        }
    }
}
