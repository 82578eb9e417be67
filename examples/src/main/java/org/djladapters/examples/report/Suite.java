/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.djladapters.examples.sweep.SweepFile;

/**
 * The results of a sweep. The order of its lines means nothing, as several processes write them
 * when they are ready.
 *
 * @param name the name of the sweep
 * @param tasks its tasks in the order of the sweep file, without one in that of their names
 * @param methods its methods, likewise
 */
record Suite(String name, List<String> tasks, List<Method> methods) {

    /**
     * Sorts runs by suite, method and task.
     *
     * @param runs the runs, those of each suite together; of several results of one run the last
     *     counts
     * @param plans the files of the sweeps by the names of their suites, as far as they are known
     */
    static List<Suite> of(List<Run> runs, Map<String, SweepFile> plans) {
        List<Suite> suites = new ArrayList<>();
        grouped(runs, run -> run.result().suite())
                .forEach(
                        (name, ofSuite) ->
                                suites.add(
                                        suite(
                                                name,
                                                ofSuite,
                                                Optional.ofNullable(plans.get(name)))));
        return suites;
    }

    private static Suite suite(String name, List<Run> runs, Optional<SweepFile> plan) {
        Map<String, List<Run>> byMethod = grouped(runs, Run::method);
        List<String> methods =
                plan.stream()
                        .flatMap(file -> file.methods().stream())
                        .map(SweepFile.Method::name)
                        .toList();
        List<String> tasks =
                plan.stream()
                        .flatMap(file -> file.tasks().stream())
                        .map(SweepFile.Task::name)
                        .toList();
        return new Suite(
                name,
                ordered(tasks, grouped(runs, Run::task).keySet()),
                ordered(methods, byMethod.keySet()).stream()
                        .map(method -> Method.of(method, byMethod.get(method)))
                        .toList());
    }

    /** The names that were found: those that are planned in their order, then the others. */
    private static List<String> ordered(List<String> planned, Set<String> found) {
        List<String> ordered = new ArrayList<>(planned);
        ordered.retainAll(found);
        found.stream().filter(name -> !planned.contains(name)).sorted().forEach(ordered::add);
        return List.copyOf(ordered);
    }

    private static Map<String, List<Run>> grouped(List<Run> runs, Function<Run, String> key) {
        return runs.stream()
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    Optional<Method> find(String method) {
        return methods.stream().filter(each -> each.name().equals(method)).findFirst();
    }

    List<Run> runs() {
        return methods.stream().flatMap(method -> method.all().stream()).toList();
    }

    /** The runs on a task that succeeded. */
    List<Run> good(String task) {
        return methods.stream().flatMap(method -> method.good(task).stream()).toList();
    }
}
