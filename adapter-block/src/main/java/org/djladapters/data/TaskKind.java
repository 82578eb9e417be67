/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model is asked for. */
public enum TaskKind {
    /** One of a fixed set of labels; a head gives one logit per label. */
    CLASSIFICATION,

    /** A real number; a head gives one value. */
    REGRESSION,

    /** The continuation of a prompt; a causal language model gives logits for the next token. */
    CAUSAL_LM,

    /** A vector for a text, near those of texts that mean the same; the model gives it itself. */
    EMBEDDING,

    /** One of several labels for every word; a head gives one logit per label at every token. */
    TOKEN_CLASSIFICATION,

    /** The part of a text that answers a question; a head gives two logits at every token. */
    QUESTION_ANSWERING,

    /** How relevant a passage is to a query, read as a pair; a head gives one logit. */
    RERANKING;

    /**
     * Finds a kind by its word.
     *
     * @param word {@code classification} or {@code token-classification}, for example, in any case
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
        return this == CAUSAL_LM ? "causal language model" : word().replace('-', ' ');
    }
}
