/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;

/** The translators between types that a task has; see the table at {@link TaskModel}. */
final class TaskTranslators {

    private static final String EMBEDDINGS = "TextEmbeddingTranslatorFactory";

    private final TaskInputs inputs;
    private final List<TypedTranslator> known;

    private HuggingFaceTokenizer tokenizer;

    /**
     * Prepares translators.
     *
     * @param task the task, empty for embeddings and bare arrays
     * @param inputs what translators need of the model
     */
    TaskTranslators(Optional<Task> task, TaskInputs inputs) {
        this.inputs = inputs;
        known = new ArrayList<>();
        if (task.isPresent()) {
            known.addAll(task.get().translators(inputs));
        } else if (givesEmbeddings()) {
            known.add(new TypedTranslator(String.class, float[].class, this::embedding));
        }
        known.add(new TypedTranslator(NDList.class, NDList.class, NoopTranslator::new));
    }

    /**
     * Makes a translator.
     *
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if there is none between these types; the message names
     *     those that there are
     */
    <I, O> Translator<I, O> of(Class<I> input, Class<O> output) throws IOException {
        for (TypedTranslator translator : known) {
            if (translator.input() == input && translator.output() == output) {
                @SuppressWarnings("unchecked") // found by these types
                Translator<I, O> found = (Translator<I, O>) translator.maker().make();
                return found;
            }
        }
        throw new IllegalArgumentException(
                "The model does not predict %s from %s; it predicts %s"
                        .formatted(output.getSimpleName(), input.getSimpleName(), types()));
    }

    /** A new one each time: it keeps arrays of the predictor that uses it. */
    private Translator<String, float[]> embedding() throws IOException {
        Map<String, String> arguments = inputs.directory().servingArguments();
        try {
            return TextEmbeddingTranslator.builder(tokenizer(arguments), arguments).build();
        } catch (RuntimeException e) {
            throw noEmbeddings(e);
        }
    }

    private synchronized HuggingFaceTokenizer tokenizer(Map<String, String> arguments)
            throws IOException {
        if (tokenizer == null) {
            TokenizerFile.checkIn(inputs.directory().path());
            try {
                tokenizer =
                        HuggingFaceTokenizer.builder(arguments)
                                .optTokenizerPath(inputs.directory().path())
                                .optManager(inputs.owner())
                                .build();
            } catch (IOException e) {
                throw noEmbeddings(e);
            }
        }
        return tokenizer;
    }

    private IOException noEmbeddings(Exception cause) {
        return new IOException(
                "'%s' has no tokenizer or description for embeddings: %s"
                        .formatted(inputs.directory().path(), cause.getMessage()),
                cause);
    }

    /**
     * Tells whether a text has one vector: the model gives hidden states, not logits, and no other
     * translator of DJL is meant to read them.
     */
    private boolean givesEmbeddings() {
        Map<String, String> arguments = inputs.directory().servingArguments();
        String factory = arguments.getOrDefault("translatorFactory", EMBEDDINGS);
        return inputs.inputNames().contains("input_ids")
                && !inputs.outputNames().contains("logits")
                && factory.endsWith(EMBEDDINGS)
                && !Boolean.parseBoolean(arguments.get("reranking"))
                && !Boolean.parseBoolean(arguments.get("sparse"));
    }

    private String types() {
        Map<String, List<String>> byOutput = new LinkedHashMap<>();
        for (TypedTranslator translator : known) {
            byOutput.computeIfAbsent(
                            translator.output().getSimpleName(), output -> new ArrayList<>())
                    .add(translator.input().getSimpleName());
        }
        return byOutput.entrySet().stream()
                .map(e -> e.getKey() + " from " + String.join(" or ", e.getValue()))
                .collect(Collectors.joining(", "));
    }
}
