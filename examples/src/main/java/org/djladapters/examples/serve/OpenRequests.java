/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.time.Duration;

/** Counts the requests for predictions that are not answered yet, to end when there are none. */
final class OpenRequests {

    private int open;
    private boolean ending;

    /**
     * Counts a request.
     *
     * @return whether it may begin; it may not once the end has begun
     */
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

    /**
     * Lets no more requests begin, and waits for those that have begun.
     *
     * @return whether all are over
     */
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
