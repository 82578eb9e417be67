/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at a folder from time to time, in a thread of its own, until it is closed. */
public final class FolderWatcher implements AutoCloseable {

    private final Runnable look;
    private final Duration interval;
    private final Thread thread = new Thread(this::watch, "adapters");
    private final CountDownLatch closing = new CountDownLatch(1);

    private FolderWatcher(Runnable look, Duration interval) {
        this.look = look;
        this.interval = interval;
        thread.setDaemon(true);
    }

    /**
     * Begins to watch.
     *
     * @param look looks once, such as {@link AdapterFolder#poll}
     * @param interval the time before the first look and between two
     */
    public static FolderWatcher start(Runnable look, Duration interval) {
        FolderWatcher watcher = new FolderWatcher(look, interval);
        watcher.thread.start();
        return watcher;
    }

    private void watch() {
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                look.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a look that is under way, and looks no more. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the look may load into a model that is closed next
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
