/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.djladapters.examples.sweep.RunResult;

/**
 * A method of a sweep file with its runs.
 *
 * @param name its name in the sweep file
 * @param family the name of the method in the library: compound, lora, …
 * @param runs its runs by task and seed; of several results of one run the last
 */
record Method(String name, String family, Map<String, NavigableMap<Long, Run>> runs) {

    static Method of(String name, List<Run> runs) {
        Map<String, NavigableMap<Long, Run>> byTask = new TreeMap<>();
        runs.forEach(
                run ->
                        byTask.computeIfAbsent(run.task(), task -> new TreeMap<>())
                                .put(run.seed(), run));
        return new Method(name, runs.get(0).result().family(), byTask);
    }

    List<Run> all() {
        return runs.values().stream()
                .map(NavigableMap::values)
                .flatMap(Collection::stream)
                .toList();
    }

    /** Returns the results of successful runs. */
    List<RunResult> good() {
        return all().stream().map(Run::result).filter(result -> !result.isFailed()).toList();
    }

    /** Returns the successful runs on a task. */
    List<Run> good(String task) {
        return runs.getOrDefault(task, new TreeMap<>()).values().stream()
                .filter(run -> !run.isFailed())
                .toList();
    }

    /** Returns the number of adapter parameters; 0 if no run succeeded. */
    long parameters() {
        return good().stream().mapToLong(RunResult::adapterParameters).max().orElse(0);
    }

    /** Writes the number of adapter parameters. */
    String size() {
        return good().isEmpty() ? Text.NONE : Text.count(parameters());
    }

    /** Writes its name with the number of its parameters. */
    String title() {
        return "%s (%s)".formatted(name, size());
    }

    /** Computes the mean of a property over all successful runs; NaN if there are none. */
    double mean(ToDoubleFunction<RunResult> property) {
        return good().stream().mapToDouble(property).average().orElse(Double.NaN);
    }

    /** Writes the number of seeds of the tasks, for example {@code 3} or {@code 1–3}. */
    String seeds() {
        SortedSet<Integer> counts = new TreeSet<>();
        runs.keySet().forEach(task -> counts.add(good(task).size()));
        if (counts.isEmpty()) {
            return Text.NONE;
        }
        return counts.size() == 1
                ? String.valueOf(counts.first())
                : counts.first() + "–" + counts.last();
    }
}
