/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model is asked for: one of several classes, a number, or a text. */
public enum TaskKind {
    /** One of a fixed set of labels; a head gives one logit per label. */
    CLASSIFICATION,

    /** A real number; a head gives one value. */
    REGRESSION,

    /** The continuation of a prompt; a causal language model gives logits for the next token. */
    CAUSAL_LM;

    /**
     * Finds a kind by its word.
     *
     * @param word {@code classification}, {@code regression} or {@code causal-lm}, in any case
     * @return the kind
     * @throws IllegalArgumentException if there is none; the message names all
     */
    public static TaskKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no task '%s'; this version knows %s"
                                                .formatted(word, words())));
    }

    private static String words() {
        return Arrays.stream(values()).map(TaskKind::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind as a noun, for messages. */
    public String noun() {
        return this == CAUSAL_LM ? "causal language model" : word();
    }
}
