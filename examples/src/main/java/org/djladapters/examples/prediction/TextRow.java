/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.prediction;

import java.util.Optional;

/**
 * A text or a pair of texts to predict from.
 *
 * @param where where it stands, for messages
 * @param text the text, or the first of a pair
 * @param pair the second one of a pair
 */
public record TextRow(String where, String text, Optional<String> pair) {

    /**
     * Returns the length of its texts.
     *
     * @return the number of characters, of both texts of a pair
     */
    public int length() {
        return text.length() + pair.map(String::length).orElse(0);
    }
}
