/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.OptionalDouble;

/**
 * A piece of work of a sweep: a run, or a trial of a learning rate for it.
 *
 * @param key which run
 * @param setup what the run is given
 * @param factor what the method's usual learning rate is multiplied by in a trial; empty for the
 *     run, which takes the factor that trials have shown to be best
 */
public record SweepJob(RunKey key, RunSetup setup, OptionalDouble factor) {

    /**
     * Returns whether this is a trial of a learning rate.
     *
     * @return false for a run
     */
    public boolean isTrial() {
        return factor.isPresent();
    }

    /**
     * Returns whether this can begin only when another piece of work has ended.
     *
     * @return true if this is a run, and the other is a trial for the same method
     */
    public boolean waitsFor(SweepJob other) {
        return !isTrial() && other.isTrial() && key.method().equals(other.key.method());
    }

    /** For people, and unique in a sweep. */
    @Override
    public String toString() {
        return isTrial()
                ? "%s, learning rate x %s".formatted(key, factor.getAsDouble())
                : key.toString();
    }
}
