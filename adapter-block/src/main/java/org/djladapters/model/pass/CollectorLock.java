/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The turn of a gradient collector: the engine allows one at a time in a process. Those of this
 * library wait in a line; one that anybody else has opened is asked for again and again.
 */
public final class CollectorLock {

    /** The turn of this process; a collector that is open for longer than this was forgotten. */
    public static final CollectorLock PROCESS = new CollectorLock(Duration.ofMinutes(5));

    private static final long NANOS_BETWEEN = TimeUnit.MICROSECONDS.toNanos(100);

    private final Duration patience;
    private final Semaphore turn = new Semaphore(1, true);

    /** The thread that has its turn, null for none. */
    private volatile Thread holder;

    CollectorLock(Duration patience) {
        this.patience = patience;
    }

    /**
     * Opens a collector when its turn has come.
     *
     * @param engine opens one of the engine, or throws an {@link IllegalStateException} while
     *     another is open
     * @throws IllegalStateException if this thread has one open, the wait takes too long, or this
     *     thread is interrupted
     */
    public GradientCollector open(Supplier<GradientCollector> engine) {
        if (holder == Thread.currentThread()) {
            throw refused("one that this thread has opened is still open", null);
        }
        long end = System.nanoTime() + patience.toNanos();
        try {
            if (!turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                Thread known = holder;
                throw refused(
                        "one that %s has opened has been open for %s seconds"
                                .formatted(
                                        known == null
                                                ? "another thread"
                                                : "the thread '" + known.getName() + "'",
                                        patience.toSeconds()),
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused("this thread was interrupted while it waited for another one", e);
        }
        boolean opened = false;
        try {
            GradientCollector collector = new Collector(await(engine, end));
            holder = Thread.currentThread();
            opened = true;
            return collector;
        } finally {
            if (!opened) {
                turn.release();
            }
        }
    }

    /** Waits for a collector that is none of this library's, which tells nobody when it closes. */
    private GradientCollector await(Supplier<GradientCollector> engine, long end) {
        while (true) {
            try {
                return engine.get();
            } catch (IllegalStateException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw refused("this thread was interrupted while it waited for another one", e);
                }
                if (System.nanoTime() > end) {
                    throw refused(
                            "one that this library has not opened has been open for %s seconds"
                                    .formatted(patience.toSeconds()),
                            e);
                }
                LockSupport.parkNanos(NANOS_BETWEEN);
            }
        }
    }

    private static IllegalStateException refused(String why, Exception cause) {
        return new IllegalStateException(
                "The engine allows one gradient collector at a time in a process, and %s; close every collector (try-with-resources) before the next step, or train in another process"
                        .formatted(why),
                cause);
    }

    /** A collector of the engine that ends its turn. */
    private final class Collector implements GradientCollector {

        private final GradientCollector engine;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Collector(GradientCollector engine) {
            this.engine = engine;
        }

        @Override
        public void backward(NDArray target) {
            engine.backward(target);
        }

        @Override
        public void zeroGradients() {
            engine.zeroGradients();
        }

        @Override
        public void close() {
            if (open.getAndSet(false)) {
                try {
                    engine.close();
                } finally {
                    holder = null;
                    turn.release();
                }
            }
        }
    }
}
