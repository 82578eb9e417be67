/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.TaskInputs;

/**
 * The way in which a model gives texts vectors.
 *
 * @param maxLength the length to which texts are truncated, in tokens
 */
public record SentenceEncoder(SentenceSettings settings, int maxLength) {

    private static final String NO_PROMPTS =
            "vectors of texts as they stand: put the prompts of config_sentence_transformers.json"
                    + " before them";

    /**
     * Reads how an adapter was trained.
     *
     * @param options those of the run; without any, the model's files decide
     */
    public static SentenceEncoder of(ModelDirectory model, RecordedOptions options)
            throws IOException {
        return new SentenceEncoder(
                SentenceOptions.read(model, options),
                TextEncoder.maxLength(model, options.maxLength()));
    }

    /**
     * Finds out how a model without a task gives texts vectors: it gives hidden states, not logits,
     * and no other translator of DJL is meant to read them.
     *
     * @return empty if it does not, or if only DJL's own translator can tell
     */
    public static Optional<SentenceEncoder> find(TaskInputs inputs) throws IOException {
        return givesVectors(inputs) && SentenceSettings.onlyDjl(inputs.directory()).isEmpty()
                ? Optional.of(of(inputs.directory(), RecordedOptions.NONE))
                : Optional.empty();
    }

    /** Tells whether a model without a task has vectors of texts. */
    public static boolean givesVectors(TaskInputs inputs) {
        Map<String, String> arguments = inputs.directory().servingArguments();
        return inputs.inputNames().contains("input_ids")
                && !inputs.outputNames().contains("logits")
                && SentenceSettings.servesVectors(inputs.directory())
                && !Boolean.parseBoolean(arguments.get("reranking"))
                && !Boolean.parseBoolean(arguments.get("sparse"));
    }

    /** Returns the same encoder with other settings. */
    SentenceEncoder with(SentenceSettings other) {
        return new SentenceEncoder(other, maxLength);
    }

    /** Returns the same encoder without prompts, for texts that have theirs already. */
    public SentenceEncoder withoutPrompts() {
        return with(settings.withPrompts("", "", ""));
    }

    /** Returns how a text becomes a vector, with a prompt that is put before it, by names. */
    public Map<String, Object> options(String prompt) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(RecordedOptions.MAX_LENGTH, maxLength);
        options.putAll(SentenceOptions.of(settings.withPrompts(prompt, "", "")));
        return options;
    }

    /** Returns the pooling for a model with these inputs, in their order. */
    public SentencePooling pooling(List<String> inputNames) {
        return SentencePooling.of(settings, inputNames);
    }

    /** Returns the translator of single texts, which puts the default prompt before them. */
    public SentenceTranslator translator(TaskInputs inputs) throws IOException {
        return new SentenceTranslator(
                inputs.texts(), inputs.encoder(maxLength), settings, pooling(inputs.inputNames()));
    }

    /**
     * Returns the settings of DJL's own translator for an exported model; empty for vectors of the
     * model's own, which it does not take.
     */
    public Optional<MergedServing> serving(List<String> inputNames) {
        if (isOwn()) {
            return Optional.empty();
        }
        Map<String, String> properties = MergedServing.ofTexts(maxLength, inputNames);
        properties.put("padding", "true");
        properties.put("pooling", settings.pooling().servingName());
        properties.put("normalize", Boolean.toString(settings.normalize()));
        properties.put(MergedServing.FACTORY, TextEmbeddingTranslatorFactory.class.getName());
        boolean bare = settings.equals(settings.withPrompts("", "", ""));
        return Optional.of(
                new MergedServing(
                        properties, "String", "float[]", bare ? "" : NO_PROMPTS, "float[]", ""));
    }

    private boolean isOwn() {
        return settings.pooling() == SentenceSettings.Pooling.POOLER;
    }

    /**
     * Returns the files by which sentence-transformers and this library know an exported model;
     * none for one that makes vectors itself, whose type tells.
     */
    public Map<String, String> files(ModelDirectory model) throws IOException {
        if (isOwn()) {
            return Map.of();
        }
        OptionalInt width = model.hiddenSize();
        if (width.isEmpty()) {
            throw new IOException(
                    "'%s' lacks hidden_size, the width of vectors, which an export says; add it"
                            .formatted(model.path().resolve("config.json")));
        }
        return settings.files(width.getAsInt(), maxLength);
    }
}
