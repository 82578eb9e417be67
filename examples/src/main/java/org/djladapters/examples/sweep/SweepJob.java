/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Optional;

/**
 * A piece of work of a sweep: a run, or a trial of learning rates for it.
 *
 * @param rates the factors of the method's usual learning rates in a trial; empty for the run,
 *     which uses the best of the trials
 */
public record SweepJob(RunKey key, RunSetup setup, Optional<Rates> rates) {

    /** Tells whether this is a trial of learning rates, not a run. */
    public boolean isTrial() {
        return rates.isPresent();
    }

    /** Tells whether this is a run that waits for the other piece of work, a trial. */
    public boolean waitsFor(SweepJob other) {
        boolean same = setup.joint() == null || key.task().equals(other.key.task());
        return !isTrial() && other.isTrial() && key.method().equals(other.key.method()) && same;
    }

    /** Returns a text for people that is unique in a sweep. */
    @Override
    public String toString() {
        return isTrial() ? "%s, %s".formatted(key, rates.get()) : key.toString();
    }
}
