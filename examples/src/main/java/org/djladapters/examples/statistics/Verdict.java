/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

/** The conclusion from the difference of two methods. */
public enum Verdict {
    /** The whole interval is above 0. */
    ABOVE("above 0"),
    /** The whole interval is below 0. */
    BELOW("below 0"),
    /** The interval contains 0. */
    UNDECIDED("undecided"),
    /** There is only one seed, and the results of others are unknown. */
    ONE_SEED("undecided: one seed");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /** Judges a difference: the first method's score less the second's. */
    public static Verdict of(Estimate difference) {
        if (!difference.coversSeeds()) {
            return ONE_SEED;
        }
        if (difference.low() > 0) {
            return ABOVE;
        }
        return difference.high() < 0 ? BELOW : UNDECIDED;
    }

    /** Returns the verdict in words, for example {@code above 0}. */
    public String words() {
        return words;
    }
}
