/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.Serializable;

/**
 * Which run of a sweep.
 *
 * @param task the name of the task
 * @param method the name of the method
 * @param seed the random seed
 */
public record RunKey(String task, String method, long seed) implements Serializable {

    boolean isComplete() {
        return task != null && method != null;
    }

    @Override
    public String toString() {
        return "%s, %s, seed %d".formatted(task, method, seed);
    }
}
