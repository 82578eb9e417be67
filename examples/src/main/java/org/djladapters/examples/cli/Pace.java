/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.function.LongSupplier;

/** How fast work goes, and how long the rest of it takes at that pace. */
final class Pace {

    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private final long start;
    private final long before;

    /**
     * Starts now.
     *
     * @param clock tells nanoseconds
     * @param before what was done before
     */
    Pace(LongSupplier clock, long before) {
        this.clock = clock;
        this.before = before;
        start = clock.getAsLong();
    }

    /** The same, as if some of the work were done from the start. */
    Pace(Pace other, long before) {
        clock = other.clock;
        start = other.start;
        this.before = before;
    }

    /** How much is done in a second; 0 if nothing is done yet. */
    double perSecond(long done) {
        double seconds = seconds();
        return seconds <= 0 ? 0 : (done - before) / seconds;
    }

    /** How many seconds the rest takes; 0 if nothing tells. */
    long secondsLeft(long done, long all) {
        double pace = perSecond(done);
        return pace <= 0 ? 0 : Math.round((all - done) / pace);
    }

    double seconds() {
        return (clock.getAsLong() - start) / NANOS;
    }
}
