/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.time.Duration;

/** Counts the requests that are not answered yet, so that a server ends when there are none. */
final class OpenRequests {

    private int open;
    private boolean ending;

    /** Counts a request; returns false if it may not begin, since the server ends. */
    synchronized boolean begin() {
        if (ending) {
            return false;
        }
        open++;
        return true;
    }

    /** Ends a request that has begun. */
    synchronized void end() {
        open--;
        notifyAll();
    }

    synchronized boolean isEnding() {
        return ending;
    }

    /** Lets no more requests begin and waits for the others; returns whether all have ended. */
    synchronized boolean drain(Duration patience) throws InterruptedException {
        ending = true;
        long end = System.nanoTime() + patience.toNanos();
        while (open > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
