/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.util.StringPair;
import com.google.gson.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The predictions of a text, or a pair of texts, and their form as JSON.
 *
 * @param inputOf makes an input of a text and the second text of a pair, null for single texts
 */
public record TextResult<I, O>(
        Class<I> input, Class<O> output, BiFunction<String, String, I> inputOf, Naming<O> naming) {

    /** Adds a prediction to an object of JSON. */
    @FunctionalInterface
    public interface Naming<O> {
        /**
         * Adds a prediction.
         *
         * @param top the number of classes that are named with their probabilities; 0 for the best
         */
        void add(O prediction, int top, JsonObject named);
    }

    /** Describes predictions of single texts, or of pairs. */
    public static <O> TextResult<?, O> of(
            boolean pairs, Class<O> output, BiConsumer<O, JsonObject> naming) {
        return ofTop(pairs, output, (prediction, top, named) -> naming.accept(prediction, named));
    }

    /** Describes predictions of which several are named on demand. */
    public static <O> TextResult<?, O> ofTop(boolean pairs, Class<O> output, Naming<O> naming) {
        return pairs
                ? new TextResult<>(StringPair.class, output, StringPair::new, naming)
                : new TextResult<>(String.class, output, (text, none) -> text, naming);
    }
}
