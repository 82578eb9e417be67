/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

/**
 * What the results say about a claim.
 *
 * @param claim the claim
 * @param outcome whether it held
 * @param words by how much, or what is missing
 */
record Verdict(Published.Claim claim, Outcome outcome, String words) {

    enum Outcome {
        HELD("held here"),
        NOT_HELD("not held here"),
        NOT_MEASURED("not measured yet");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }
    }

    static Verdict notMeasured(Published.Claim claim, String missing) {
        return new Verdict(claim, Outcome.NOT_MEASURED, missing);
    }

    static Verdict of(Published.Claim claim, boolean held, String words) {
        return new Verdict(claim, held ? Outcome.HELD : Outcome.NOT_HELD, words);
    }

    /** The verdict in plain words. */
    String sentence() {
        return outcome.words + ": " + words;
    }
}
