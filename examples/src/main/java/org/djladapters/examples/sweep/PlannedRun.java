/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

/**
 * A run that a sweep file declares.
 *
 * @param key which run
 * @param setup what it is given
 * @param firstSeed the method's first seed, with which the learning rate is chosen
 */
public record PlannedRun(RunKey key, RunSetup setup, long firstSeed) {

    /**
     * Returns whether this run chooses the learning rate.
     *
     * @return false if it takes the one that another has chosen
     */
    public boolean isFirst() {
        return key.seed() == firstSeed;
    }

    /**
     * Names the run that chooses the learning rate for this one.
     *
     * @return the method's run with its first seed
     */
    public RunKey first() {
        return new RunKey(key.task(), key.method(), key.budget(), firstSeed);
    }

    /** How often this run trains. */
    int trainings() {
        return isFirst() ? setup.learningRates().size() : 1;
    }
}
