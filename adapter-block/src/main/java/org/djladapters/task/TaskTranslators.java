/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.modality.cv.Image;
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
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.embedding.ImageTranslator;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;

/** The translators between types that a task has; see the table at {@link TaskModel}. */
final class TaskTranslators {

    private static final String GENERATES =
            ". A language model writes texts; use generate, or TextGenerator in Java";

    private final TaskInputs inputs;
    private final List<TypedTranslator> known;

    /** Prepares translators. */
    TaskTranslators(Optional<Task> task, TaskInputs inputs) {
        this.inputs = inputs;
        known = new ArrayList<>();
        if (task.isPresent()) {
            known.addAll(task.get().translators(inputs));
        } else if (SentenceEncoder.givesVectors(inputs)) {
            known.add(new TypedTranslator(String.class, float[].class, this::vectors));
        } else if (ImageTranslator.givesVectors(inputs)) {
            known.add(
                    new TypedTranslator(
                            Image.class,
                            float[].class,
                            () -> ImageTranslator.of(inputs.directory())));
        }
        known.add(new TypedTranslator(NDList.class, NDList.class, NoopTranslator::new));
    }

    /**
     * Makes a translator.
     *
     * @throws IllegalArgumentException if there is no translator between these types; the message
     *     names all
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
                "The model does not predict %s from %s; it predicts %s%s"
                        .formatted(
                                output.getSimpleName(),
                                input.getSimpleName(),
                                types(),
                                generates() ? GENERATES : ""));
    }

    /** Tells whether the model seems to be a language model, of which nothing is predicted. */
    private boolean generates() {
        return known.size() == 1
                && inputs.inputNames().contains("input_ids")
                && inputs.outputNames().contains(ModelOutputs.LOGITS);
    }

    /** Returns the library's own translator, or DJL's where only that follows all files. */
    private Translator<String, float[]> vectors() throws IOException {
        Optional<SentenceEncoder> encoder = SentenceEncoder.find(inputs);
        return encoder.isPresent() ? encoder.get().translator(inputs) : embedding();
    }

    /** Returns the types of predictions by the types of inputs, without bare arrays. */
    Map<Class<?>, Class<?>> outputs() {
        Map<Class<?>, Class<?>> outputs = new LinkedHashMap<>();
        for (TypedTranslator translator : known) {
            if (translator.input() != NDList.class) {
                outputs.putIfAbsent(translator.input(), translator.output());
            }
        }
        return outputs;
    }

    /** Returns a new translator of DJL, since it keeps arrays of the predictor that uses it. */
    private Translator<String, float[]> embedding() throws IOException {
        Map<String, String> arguments = inputs.directory().servingArguments();
        try {
            return TextEmbeddingTranslator.builder(inputs.serving(), arguments).build();
        } catch (IOException | RuntimeException e) {
            throw noEmbeddings(e);
        }
    }

    private IOException noEmbeddings(Exception cause) {
        return new IOException(
                "'%s' has no tokenizer or description for embeddings: %s"
                        .formatted(inputs.directory().path(), cause.getMessage()),
                cause);
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
