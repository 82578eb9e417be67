/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.Serializable;

/** The task, method and seed of a run, by which a sweep knows it. */
public record RunKey(String task, String method, long seed) implements Serializable {

    boolean isComplete() {
        return task != null && method != null;
    }

    @Override
    public String toString() {
        return "%s, %s, seed %d".formatted(task, method, seed);
    }
}
