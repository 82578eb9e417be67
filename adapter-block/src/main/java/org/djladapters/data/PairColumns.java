/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The columns of a file or a database query that hold pairs of texts that belong together; others
 * are not read.
 *
 * @param first the column of the first text, in retrieval the query
 * @param second the column of the second text, in retrieval a relevant passage
 * @param score the column of how similar the two are, a number; empty where they belong together.
 *     With negatives, by how much the second text is more relevant than each
 * @param negatives the columns of texts that do not belong to the first
 */
public record PairColumns(
        String first, String second, Optional<String> score, List<String> negatives) {

    /** Checks that each column has its name. */
    public PairColumns {
        negatives = List.copyOf(negatives);
        ResultColumns.requireNames(names(first, second, score, negatives));
    }

    /**
     * Names the columns of texts that belong together.
     *
     * @param first the column of the first text
     * @param second the column of the second text
     * @return the columns
     */
    public static PairColumns of(String first, String second) {
        return new PairColumns(first, second, Optional.empty(), List.of());
    }

    /**
     * Returns the same columns with one for the score.
     *
     * @param column the column
     * @return the columns
     */
    public PairColumns withScore(String column) {
        return new PairColumns(first, second, Optional.of(column), negatives);
    }

    /**
     * Returns the same columns with some for texts that do not belong to the first.
     *
     * @param columns the columns
     * @return the columns
     */
    public PairColumns withNegatives(String... columns) {
        return new PairColumns(first, second, score, List.of(columns));
    }

    /** Returns the columns of the texts, then that of the score or those of the negatives. */
    List<String> names() {
        return names(first, second, score, negatives);
    }

    private static List<String> names(
            String first, String second, Optional<String> score, List<String> negatives) {
        List<String> names = new ArrayList<>();
        names.add(first);
        names.add(second);
        score.ifPresent(names::add);
        names.addAll(negatives);
        return names;
    }
}
