/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.Serializable;
import java.util.List;

/**
 * The cells of a sweep's table, tasks × methods, that are worked on.
 *
 * @param tasks the names of tasks; all if there are none
 * @param methods the names of methods; all if there are none
 */
public record SweepCells(List<String> tasks, List<String> methods) implements Serializable {

    /** All cells. */
    public static final SweepCells ALL = new SweepCells(List.of(), List.of());

    /** Copies lists. */
    public SweepCells {
        tasks = List.copyOf(tasks);
        methods = List.copyOf(methods);
    }

    boolean hasTask(String name) {
        return has(tasks, name);
    }

    boolean hasMethod(String name) {
        return has(methods, name);
    }

    private static boolean has(List<String> names, String name) {
        return names.isEmpty() || names.contains(name);
    }

    /**
     * Refuses names that the sweep does not have, and tasks of a search, which compares layouts on
     * all of them.
     *
     * @throws IllegalArgumentException for these
     */
    void requireIn(SweepFile file) {
        if (file.search() && !tasks.isEmpty()) {
            throw new IllegalArgumentException(
                    "A search compares layouts on all tasks; leave --only-task out");
        }
        require("task", tasks, file.tasks().stream().map(SweepFile.Task::name).toList());
        require("method", methods, file.methods().stream().map(SweepFile.Method::name).toList());
    }

    private static void require(String kind, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "The sweep has no %s '%s'; choose from '%s'"
                                .formatted(kind, name, String.join("', '", known)));
            }
        }
    }
}
