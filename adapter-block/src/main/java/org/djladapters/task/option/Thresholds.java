/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import org.djladapters.io.PlainNumber;

/**
 * The probabilities from which a text has a class, where it may have several.
 *
 * @param isTuned whether each class gets the threshold with the best F1 on the development data
 * @param value the threshold of all classes, and of those without examples in the development data
 */
public record Thresholds(boolean isTuned, double value) {

    /** The probability 0.5 for every class. */
    public static final Thresholds HALF = new Thresholds(false, 0.5);

    /**
     * For each class that with the best F1 on the development data of the run. The metrics of the
     * run are those with these thresholds, so they are better than on other data.
     */
    public static final Thresholds TUNED = new Thresholds(true, 0.5);

    private static final String TUNED_WORD = "tuned";

    /** Checks the value. */
    public Thresholds {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "A threshold is a probability between 0 and 1, got " + PlainNumber.of(value));
        }
    }

    /**
     * Returns one threshold for all classes.
     *
     * @param value greater than 0 and less than 1
     */
    public static Thresholds of(double value) {
        return new Thresholds(false, value);
    }

    /**
     * Reads thresholds as the command line takes them.
     *
     * @param word {@code tuned} or a number
     * @throws IllegalArgumentException if it is something else
     */
    public static Thresholds of(String word) {
        if (word.equalsIgnoreCase(TUNED_WORD)) {
            return TUNED;
        }
        try {
            return of(Double.parseDouble(word));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' is no threshold; write tuned, or a number between 0 and 1"
                            .formatted(word),
                    e);
        }
    }

    @Override
    public String toString() {
        return isTuned ? TUNED_WORD : PlainNumber.of(value);
    }
}
