/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.djladapters.examples.serve.PredictionServer;

/**
 * Ends a server in order when the program is asked to stop (SIGINT, SIGTERM): open requests are
 * answered, then everything is closed, and then the Java machine ends.
 */
final class ServerShutdown implements AutoCloseable {

    /** Systems usually wait about half a minute before they kill a program. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long CLOSING_SECONDS = 5;

    private final PrintWriter err;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "server-shutdown");

    /** Starts to watch. */
    ServerShutdown(PrintWriter err) {
        this.err = err;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Waits some time; returns at once with true if the program is asked to stop. */
    boolean isAskedWithin(long milliseconds) {
        try {
            return asked.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Waits until open requests are answered; new ones are refused. */
    void drain(PredictionServer server) {
        err.println("Shutting down");
        if (!server.drain(PATIENCE)) {
            err.println("warning: some requests were not answered, since they took too long");
        }
    }

    private void stop() {
        asked.countDown();
        try {
            closed.await(PATIENCE.toSeconds() + CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (asked.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
