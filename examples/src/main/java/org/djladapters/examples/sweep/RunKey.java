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
 * @param budget the name of one of the method's budgets; empty if it has none
 * @param seed the random seed
 */
public record RunKey(String task, String method, String budget, long seed) implements Serializable {

    /**
     * Names method and budget.
     *
     * @return for example {@code compound 3k}
     */
    public String label() {
        return budget.isEmpty() ? method : method + " " + budget;
    }

    @Override
    public String toString() {
        return "%s, %s, seed %d".formatted(task, label(), seed);
    }
}
