/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.translator.TextEmbeddingTranslator;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.task.kind.LabelTask;
import org.djladapters.task.kind.TaskHead;

/**
 * The translators between types that a task has; see the table at {@link TaskModel#translator}. The
 * tokenizer, which they share, is opened when it is needed first and closed with the owner.
 */
final class TaskTranslators {

    private static final String EMBEDDINGS = "TextEmbeddingTranslatorFactory";

    private final Optional<LabelTask> task;
    private final ModelDirectory directory;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final NDManager owner;

    private TextEncoder encoder;
    private HuggingFaceTokenizer tokenizer;

    /**
     * Prepares translators.
     *
     * @param task the task, empty for embeddings and bare arrays
     * @param directory the model's description
     * @param inputNames the model's inputs in their order
     * @param outputNames the names of the model's own outputs, none if it gives none
     * @param owner closes what translators need
     */
    TaskTranslators(
            Optional<LabelTask> task,
            ModelDirectory directory,
            List<String> inputNames,
            List<String> outputNames,
            NDManager owner) {
        this.task = task;
        this.directory = directory;
        this.inputNames = inputNames;
        this.outputNames = outputNames;
        this.owner = owner;
    }

    /**
     * Makes a translator.
     *
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if there is none between these types; the message names
     *     those that there are
     */
    <I, O> Translator<I, O> of(Class<I> input, Class<O> output) throws IOException {
        Optional<Translator<?, ?>> found = find(input, output);
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "The adapter does not predict %s from %s; it predicts %s"
                            .formatted(output.getSimpleName(), input.getSimpleName(), types()));
        }
        @SuppressWarnings("unchecked") // found by these types
        Translator<I, O> translator = (Translator<I, O>) found.get();
        return translator;
    }

    private Optional<Translator<?, ?>> find(Class<?> input, Class<?> output) throws IOException {
        if (input == NDList.class && output == NDList.class) {
            return Optional.of(new NoopTranslator());
        }
        if (task.isEmpty()) {
            return input == String.class && output == float[].class && givesEmbeddings()
                    ? Optional.of(embedding())
                    : Optional.empty();
        }
        if (output != result(task.get())) {
            return Optional.empty();
        }
        return task.get().imageSize().isPresent()
                ? ofImages(input, task.get())
                : ofTexts(input, task.get());
    }

    private Optional<Translator<?, ?>> ofImages(Class<?> input, LabelTask images)
            throws IOException {
        if (input != Image.class) {
            return Optional.empty();
        }
        ImagePreprocessing preprocessing =
                ImagePreprocessing.of(directory, images.imageSize().orElseThrow());
        return Optional.of(
                new TaskTranslator<Image, Object>(
                        (manager, batch) ->
                                new NDList(
                                        preprocessing.toArray(
                                                manager,
                                                batch.stream()
                                                        .map(i -> preprocessing.pixels(i, manager))
                                                        .toList())),
                        logits -> results(images.labels(), logits)));
    }

    private Optional<Translator<?, ?>> ofTexts(Class<?> input, LabelTask texts) throws IOException {
        if (input == String.class) {
            return Optional.of(
                    this.<String>texts(texts, (encoder, text) -> encoder.encode(text, null)));
        }
        if (input == StringPair.class) {
            return Optional.of(
                    this.<StringPair>texts(
                            texts,
                            (encoder, pair) -> encoder.encode(pair.getKey(), pair.getValue())));
        }
        return Optional.empty();
    }

    private <T> Translator<T, Object> texts(
            LabelTask texts, BiFunction<TextEncoder, T, TextEncoder.Tokens> encode)
            throws IOException {
        TextInputs inputs = TextInputs.of(directory, inputNames);
        TextEncoder shared = encoder(texts);
        return new TaskTranslator<>(
                (manager, batch) ->
                        inputs.create(
                                manager,
                                batch.stream().map(text -> encode.apply(shared, text)).toList()),
                logits -> results(texts.labels(), logits));
    }

    private synchronized TextEncoder encoder(LabelTask texts) throws IOException {
        if (encoder == null) {
            encoder = TextEncoder.open(directory, texts.maxLength().orElseThrow(), owner);
        }
        return encoder;
    }

    private static List<Object> results(LabelSpace labels, NDArray logits) {
        Shape shape = logits.getShape();
        if (shape.dimension() != 2 || shape.get(1) != labels.outputs()) {
            throw new IllegalStateException(
                    ("The model returns an array of shape %s, but the task needs %d outputs per"
                                    + " input; the adapter or its labels belong to another model")
                            .formatted(shape, labels.outputs()));
        }
        TaskHead.requireFinite(logits);
        List<Object> results = new ArrayList<>();
        if (labels.kind() == TaskKind.REGRESSION) {
            for (float value : logits.toFloatArray()) {
                results.add(value);
            }
            return results;
        }
        List<String> classes = labels.labels();
        float[] probabilities = logits.softmax(1).toFloatArray();
        for (int start = 0; start < probabilities.length; start += classes.size()) {
            List<Double> row = new ArrayList<>();
            for (int i = 0; i < classes.size(); i++) {
                row.add((double) probabilities[start + i]);
            }
            results.add(new Classifications(classes, row));
        }
        return results;
    }

    /** A new one each time: it keeps arrays of the predictor that uses it. */
    private Translator<String, float[]> embedding() throws IOException {
        Map<String, String> arguments = directory.servingArguments();
        try {
            return TextEmbeddingTranslator.builder(tokenizer(arguments), arguments).build();
        } catch (RuntimeException e) {
            throw noEmbeddings(e);
        }
    }

    private synchronized HuggingFaceTokenizer tokenizer(Map<String, String> arguments)
            throws IOException {
        if (tokenizer == null) {
            TokenizerFile.checkIn(directory.path());
            try {
                tokenizer =
                        HuggingFaceTokenizer.builder(arguments)
                                .optTokenizerPath(directory.path())
                                .optManager(owner)
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
                        .formatted(directory.path(), cause.getMessage()),
                cause);
    }

    /**
     * Tells whether a text has one vector: the model gives hidden states, not logits, and no other
     * translator of DJL is meant to read them.
     */
    private boolean givesEmbeddings() {
        Map<String, String> arguments = directory.servingArguments();
        String factory = arguments.getOrDefault("translatorFactory", EMBEDDINGS);
        return inputNames.contains("input_ids")
                && !outputNames.contains("logits")
                && factory.endsWith(EMBEDDINGS)
                && !Boolean.parseBoolean(arguments.get("reranking"))
                && !Boolean.parseBoolean(arguments.get("sparse"));
    }

    private static Class<?> result(LabelTask task) {
        return task.kind() == TaskKind.REGRESSION ? Float.class : Classifications.class;
    }

    private String types() {
        String own = "";
        if (task.isPresent()) {
            String from = task.get().imageSize().isPresent() ? "Image" : "String or StringPair";
            own = result(task.get()).getSimpleName() + " from " + from + ", ";
        } else if (givesEmbeddings()) {
            own = "float[] from String, ";
        }
        return own + "NDList from NDList";
    }
}
