/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.OptionalDouble;

/**
 * A piece of work of a sweep: a run, or a trial of a learning rate for it.
 *
 * @param factor the factor of the method's usual learning rate in a trial; empty for the run, which
 *     uses the best factor of the trials
 */
public record SweepJob(RunKey key, RunSetup setup, OptionalDouble factor) {

    /** Tells whether this is a trial of a learning rate, not a run. */
    public boolean isTrial() {
        return factor.isPresent();
    }

    /** Tells whether this is a run that waits for the other piece of work, a trial. */
    public boolean waitsFor(SweepJob other) {
        return !isTrial() && other.isTrial() && key.method().equals(other.key.method());
    }

    /** Returns a text for people that is unique in a sweep. */
    @Override
    public String toString() {
        return isTrial()
                ? "%s, learning rate x %s".formatted(key, factor.getAsDouble())
                : key.toString();
    }
}
