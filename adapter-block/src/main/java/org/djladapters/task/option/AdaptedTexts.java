/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Locale;
import org.djladapters.io.Names;

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
        return Names.parse(AdaptedTexts.class, "kind of texts", word.toLowerCase(Locale.ROOT));
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
