/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The columns of a file or a database query that hold texts and their labels; others are not read.
 *
 * @param label the column of the label; pairs without one are {@link PairColumns}
 * @param text the column of the text
 * @param pair the column of the second text of a pair; empty for single texts
 */
public record TextColumns(String label, String text, Optional<String> pair) {

    /** Checks that each column has its name. */
    public TextColumns(String label, String text, Optional<String> pair) {
        this.label = label;
        this.text = text;
        this.pair = pair;
        ResultColumns.requireNames(names());
    }

    /**
     * Names the column of the text; that of the label is {@code label}.
     *
     * @param text the column
     * @return the columns
     */
    public static TextColumns of(String text) {
        return new TextColumns("label", text, Optional.empty());
    }

    /**
     * Returns the same columns with another one for the label.
     *
     * @param column the column
     * @return the columns
     */
    public TextColumns withLabel(String column) {
        return new TextColumns(column, text, pair);
    }

    /**
     * Returns the same columns with one for the second text of a pair.
     *
     * @param column the column
     * @return the columns
     */
    public TextColumns withPair(String column) {
        return new TextColumns(label, text, Optional.of(column));
    }

    /** Returns the columns of label, text and, for pairs, second text. */
    List<String> names() {
        return Stream.concat(Stream.of(label, text), pair.stream()).toList();
    }
}
