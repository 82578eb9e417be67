/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The lock of a model. Passes without gradients hold it together; training passes, updates and
 * other changes wait for them and hold it alone, so that no pass sees a state in between.
 */
public final class ModelLock {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Returns what is held together. */
    public Lock shared() {
        return lock.readLock();
    }

    /** Reads while nothing is changed. */
    public <T> T read(Supplier<T> read) {
        lock.readLock().lock();
        try {
            return read.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Does something while no pass runs and nothing else is changed. */
    public <T> T alone(Supplier<T> action) {
        lockAlone();
        try {
            return action.get();
        } finally {
            unlockAlone();
        }
    }

    /** Does something while no pass runs and nothing else is changed. */
    public void alone(Runnable action) {
        alone(
                () -> {
                    action.run();
                    return null;
                });
    }

    void lockAlone() {
        requireNoPass();
        lock.writeLock().lock();
    }

    void unlockAlone() {
        lock.writeLock().unlock();
    }

    boolean isHeldAlone() {
        return lock.isWriteLockedByCurrentThread();
    }

    /** Refuses a thread that is in a pass, which would wait for itself for ever. */
    void requireNoPass() {
        if (lock.getReadHoldCount() > 0 && !lock.isWriteLockedByCurrentThread()) {
            throw new IllegalStateException(
                    "The model can't be changed, trained or asked for predictions of rows"
                            + " during a prediction of the same thread; do it after the"
                            + " prediction");
        }
    }
}
