/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Optional;

/**
 * A text or a pair of texts to predict from.
 *
 * @param where where it stands, for messages
 * @param text the text, or the first of a pair
 * @param pair the second one of a pair
 */
record TextRow(String where, String text, Optional<String> pair) {

    int length() {
        return text.length() + pair.map(String::length).orElse(0);
    }
}
