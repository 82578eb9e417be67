/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which texts of a search an adapter changes the vectors of. */
public enum AdaptedTexts {
    /** Queries and passages, so an index is to be built again. */
    BOTH,

    /** Queries alone: passages keep the vectors of the base model, and an index stays as it is. */
    QUERY,

    /** Passages alone: queries keep the vectors of the base model. */
    PASSAGE;

    /**
     * Finds the texts by their word.
     *
     * @param word {@code query}, for example, in any case
     * @throws IllegalArgumentException if there are none; the message names all
     */
    public static AdaptedTexts of(String word) {
        return Arrays.stream(values())
                .filter(texts -> texts.toString().equalsIgnoreCase(word))
                .findAny()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "An adapter is for %s, not for '%s'; choose one of these"
                                                .formatted(words(), word)));
    }

    private static String words() {
        return Arrays.stream(values())
                .map(AdaptedTexts::toString)
                .collect(Collectors.joining(", "));
    }

    /** Tells whether queries get vectors of the adapter. */
    public boolean queries() {
        return this != PASSAGE;
    }

    /** Tells whether passages get vectors of the adapter. */
    public boolean passages() {
        return this != QUERY;
    }

    /** Returns the word, such as {@code query}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
