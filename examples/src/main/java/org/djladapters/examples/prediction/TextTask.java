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
 * What a kind of task takes and gives, and how its predictions are named: {@code label} and {@code
 * probability}, {@code value}, {@code score}, {@code vector}, {@code entities} or {@code answer}.
 *
 * @param input the type of inputs
 * @param output the type of predictions
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

    /**
     * Tells whether a kind of task predicts from single texts, or from pairs of them.
     *
     * @param kind the kind
     * @param pairs whether pairs are meant
     * @return whether it does
     */
    public static boolean takes(TaskKind kind, boolean pairs) {
        return Tasks.of(kind).result(pairs).isPresent();
    }

    /**
     * Finds what a kind of task takes and gives.
     *
     * @param kind the kind
     * @param pairs whether inputs are pairs, which the kind {@linkplain #takes takes}
     * @param topK the number of classes that are named with their probabilities; 0 for the best
     * @return the task
     * @throws IllegalArgumentException if nothing is predicted from texts
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
