/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;

/**
 * Replicas of a base model, in which passes of several threads place different things at once. They
 * are made when they are first needed, at most one for each processor. Safe for threads.
 */
final class Replicas {

    private final BaseModel original;
    private final Semaphore free = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final Deque<BaseModel> idle = new ArrayDeque<>();

    /** Whether it was found that there are no replicas. */
    private boolean none;

    Replicas(BaseModel original) {
        this.original = original;
    }

    /** Waits for a replica; empty if there are none. The caller gives it back. */
    Optional<BaseModel> borrow() {
        free.acquireUninterruptibly();
        Optional<BaseModel> borrowed = Optional.empty();
        try {
            borrowed = take();
            return borrowed;
        } finally {
            if (borrowed.isEmpty()) {
                free.release();
            }
        }
    }

    private Optional<BaseModel> take() {
        synchronized (idle) {
            if (none) {
                return Optional.empty();
            }
            if (!idle.isEmpty()) {
                return Optional.of(idle.pop());
            }
        }
        Optional<BaseModel> made = original.replica();
        synchronized (idle) {
            none = made.isEmpty();
        }
        return made;
    }

    /** Takes a replica back, with nothing placed. */
    void giveBack(BaseModel replica) {
        try {
            replica.assign(Placements.NONE);
            synchronized (idle) {
                idle.push(replica);
            }
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        } finally {
            free.release();
        }
    }

    /** Closes all, after the original has changed; none is borrowed now. */
    void clear() {
        synchronized (idle) {
            idle.forEach(BaseModel::close);
            idle.clear();
            none = false;
        }
    }
}
