/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.ModelDirectory;

/**
 * Predicts labels of texts with the adapter that is active or merged in a model; close it after
 * use. Safe for several threads.
 */
public final class TextPredictor implements AutoCloseable {

    private static final int BATCH_SIZE = 32;

    private final AdaptedModel model;
    private final Task task;
    private final TextInputs inputs;
    private final TextEncoder encoder;

    private TextPredictor(AdaptedModel model, Task task, TextInputs inputs, TextEncoder encoder) {
        this.model = model;
        this.task = task;
        this.inputs = inputs;
        this.encoder = encoder;
    }

    /**
     * Prepares predictions of a task.
     *
     * @param model the model, into which the adapter has been loaded; it is not closed
     * @param adapterDirectory where the adapter was saved by a {@link FineTuner}: tells the labels
     * @return a predictor
     * @throws IOException if the labels or the model's tokenizer can't be read
     * @throws IllegalArgumentException if the adapter was not trained on texts
     */
    public static TextPredictor open(AdaptedModel model, Path adapterDirectory) throws IOException {
        Task task = Task.read(adapterDirectory, Task.directory(model));
        int length =
                task.maxLength()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "The adapter in '%s' was not trained on texts"
                                                        .formatted(adapterDirectory)));
        ModelDirectory directory = Task.directory(model);
        TextInputs inputs = TextInputs.of(directory, model.inputNames());
        return new TextPredictor(model, task, inputs, TextEncoder.open(directory, length));
    }

    /**
     * Predicts the labels of sentences.
     *
     * @param texts the sentences
     * @return one prediction per sentence, in their order
     */
    public List<Prediction> predict(List<String> texts) {
        List<Prediction> predictions = new ArrayList<>(texts.size());
        for (int start = 0; start < texts.size(); start += BATCH_SIZE) {
            int end = Math.min(texts.size(), start + BATCH_SIZE);
            predictions.addAll(predictBatch(texts.subList(start, end)));
        }
        return List.copyOf(predictions);
    }

    private List<Prediction> predictBatch(List<String> texts) {
        List<TextEncoder.Tokens> tokens =
                texts.stream().map(text -> encoder.encode(text, null)).toList();
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            NDArray logits = TaskHead.logits(model.predict(inputs.create(scope, tokens)));
            double[] values = task.labels().predictions(logits);
            boolean regression = task.labels().kind() == TaskKind.REGRESSION;
            float[] probabilities =
                    regression ? new float[0] : logits.softmax(1).max(new int[] {1}).toFloatArray();
            List<Prediction> predictions = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                predictions.add(
                        regression
                                ? new Prediction(Double.toString(values[i]), Double.NaN)
                                : new Prediction(
                                        task.labels().labels().get((int) values[i]),
                                        probabilities[i]));
            }
            return predictions;
        }
    }

    /** Releases the tokenizer. */
    @Override
    public void close() {
        encoder.close();
    }
}
