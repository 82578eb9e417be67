/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.prediction;

import java.util.Optional;

/**
 * A text or a pair of texts to predict from.
 *
 * @param where the place that it is from, for messages
 * @param text the text, or the first text of a pair
 * @param pair the second text of a pair
 */
public record TextRow(String where, String text, Optional<String> pair) {

    /** Returns the same place with another text, or first text. */
    public TextRow withText(String other) {
        return new TextRow(where, other, pair);
    }

    /** Returns the number of characters of all its texts. */
    public int length() {
        return text.length() + pair.map(String::length).orElse(0);
    }
}
