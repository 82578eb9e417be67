/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.prediction;

import com.google.gson.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.data.TaskKind;
import org.djladapters.task.Tasks;
import org.djladapters.task.kind.TextResult;

/**
 * The inputs and outputs of a kind of task, and the names of its predictions in JSON: {@code label}
 * and {@code probability}, {@code labels} and {@code probabilities}, {@code value}, {@code score},
 * {@code vector}, {@code entities} or {@code answer}.
 *
 * @param inputOf makes an input of a row
 * @param naming adds a prediction to an object of JSON
 * @param <I> the type of inputs
 * @param <O> the type of predictions
 */
public record TextTask<I, O>(
        Class<I> input,
        Class<O> output,
        Function<TextRow, I> inputOf,
        BiConsumer<O, JsonObject> naming) {

    /** Tells whether a kind of task predicts from pairs (true), or from single texts (false). */
    public static boolean takes(TaskKind kind, boolean pairs) {
        return Tasks.of(kind).result(pairs).isPresent();
    }

    /** Tells whether a kind of task gives every class a probability. */
    public static boolean namesClasses(TaskKind kind) {
        return kind == TaskKind.CLASSIFICATION || kind == TaskKind.MULTI_LABEL_CLASSIFICATION;
    }

    /**
     * Returns the task of a kind.
     *
     * @param pairs whether inputs are pairs, if the kind {@linkplain #takes takes} them
     * @param topK the number of classes that are named with their probabilities; 0 for the best
     * @throws IllegalArgumentException if the kind predicts nothing from texts
     */
    public static TextTask<?, ?> of(TaskKind kind, boolean pairs, int topK) {
        return Tasks.of(kind)
                .result(pairs)
                .map(result -> of(result, topK))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "The model is a causal language model, which continues"
                                                + " texts and predicts nothing of them; use the"
                                                + " command generate, or TextGenerator in Java"));
    }

    private static <I, O> TextTask<I, O> of(TextResult<I, O> result, int topK) {
        return new TextTask<>(
                result.input(),
                result.output(),
                row -> result.inputOf().apply(row.text(), row.pair().orElse(null)),
                (prediction, named) -> result.naming().add(prediction, topK, named));
    }
}
