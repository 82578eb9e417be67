/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.function.LongSupplier;
import org.djladapters.io.Internal;

/** How fast work goes, and how long the rest of it takes at that pace. */
@Internal
public final class Pace {

    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private final long start;
    private final long before;

    /** Starts now. */
    public Pace(LongSupplier clock, long before) {
        this.clock = clock;
        this.before = before;
        start = clock.getAsLong();
    }

    /** Measures from the start of another one, as if some of the work had been done before. */
    Pace(Pace other, long before) {
        clock = other.clock;
        start = other.start;
        this.before = before;
    }

    /** Returns how much is done in a second; 0 if nothing is done yet. */
    public double perSecond(long done) {
        double seconds = seconds();
        return seconds <= 0 ? 0 : (done - before) / seconds;
    }

    /** Returns how many seconds the rest takes; 0 if nothing tells. */
    public long secondsLeft(long done, long all) {
        double pace = perSecond(done);
        return pace <= 0 ? 0 : Math.round((all - done) / pace);
    }

    double seconds() {
        return (clock.getAsLong() - start) / NANOS;
    }
}
