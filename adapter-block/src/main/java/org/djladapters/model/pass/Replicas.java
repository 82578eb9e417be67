/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;

/**
 * Replicas of a base model, in which passes of several threads have different adapters applied at
 * once. They are made when they are first needed, one at a time, at most one for each processor.
 * Safe for threads.
 */
final class Replicas {

    private final BaseModel original;
    private final Semaphore passes =
            new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final Deque<BaseModel> idle = new ArrayDeque<>();

    /** Whether it was found that there are no more replicas. */
    private boolean complete;

    Replicas(BaseModel original) {
        this.original = original;
    }

    /** Waits until fewer passes run than there are processors, before any lock is held. */
    void enter() {
        passes.acquireUninterruptibly();
    }

    void leave() {
        passes.release();
    }

    /** Takes a replica; empty if there are not so many. The caller gives it back. */
    synchronized Optional<BaseModel> borrow() {
        if (!idle.isEmpty()) {
            return Optional.of(idle.pop());
        }
        if (complete) {
            return Optional.empty();
        }
        Optional<BaseModel> made = original.replica();
        complete = made.isEmpty();
        return made;
    }

    /** Takes a replica back, with nothing applied. */
    void giveBack(BaseModel replica) {
        try {
            replica.apply(Applied.NOTHING);
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        }
        synchronized (this) {
            idle.push(replica);
        }
    }

    /** Closes all, after the original has changed; none is borrowed now. */
    synchronized void clear() {
        idle.forEach(BaseModel::close);
        idle.clear();
        complete = false;
    }
}
