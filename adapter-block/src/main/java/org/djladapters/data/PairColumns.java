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
 * @param weight the column of how much a pair counts in training, a number greater than 0; empty
 *     where all count the same
 */
public record PairColumns(
        String first,
        String second,
        Optional<String> score,
        List<String> negatives,
        Optional<String> weight) {

    /** Checks that each column has its name. */
    public PairColumns {
        negatives = List.copyOf(negatives);
        ResultColumns.requireNames(names(first, second, score, negatives, weight));
    }

    /**
     * Names the columns of texts that belong together.
     *
     * @param first the column of the first text
     * @param second the column of the second text
     * @return the columns
     */
    public static PairColumns of(String first, String second) {
        return new PairColumns(first, second, Optional.empty(), List.of(), Optional.empty());
    }

    /**
     * Returns the same columns with one for the score.
     *
     * @param column the column
     * @return the columns
     */
    public PairColumns withScore(String column) {
        return new PairColumns(first, second, Optional.of(column), negatives, weight);
    }

    /**
     * Returns the same columns with some for texts that do not belong to the first.
     *
     * @param columns the columns
     * @return the columns
     */
    public PairColumns withNegatives(String... columns) {
        return new PairColumns(first, second, score, List.of(columns), weight);
    }

    /**
     * Returns the same columns with one for how much a pair counts in training.
     *
     * @param column the column
     * @return the columns
     */
    public PairColumns withWeight(String column) {
        return new PairColumns(first, second, score, negatives, Optional.of(column));
    }

    /** Returns the columns of the texts, those of score and negatives, and that of the weight. */
    List<String> names() {
        return names(first, second, score, negatives, weight);
    }

    private static List<String> names(
            String first,
            String second,
            Optional<String> score,
            List<String> negatives,
            Optional<String> weight) {
        List<String> names = new ArrayList<>();
        names.add(first);
        names.add(second);
        score.ifPresent(names::add);
        names.addAll(negatives);
        weight.ifPresent(names::add);
        return names;
    }
}
