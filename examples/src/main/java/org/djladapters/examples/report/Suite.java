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
 * The results of a sweep. Tasks and methods are in the order of the sweep file, or of their names
 * if that is unknown; the order of lines has no meaning, since several processes write them.
 */
record Suite(String name, List<String> tasks, List<Method> methods) {

    /**
     * Sorts runs by suite, method and task.
     *
     * @param runs the runs; of several results of one run the last counts
     * @param plans the known sweep files by the names of their suites
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

    /** Orders the names that were found: planned ones in their order, then the others. */
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

    /** Returns the successful runs on a task. */
    List<Run> good(String task) {
        return methods.stream().flatMap(method -> method.good(task).stream()).toList();
    }
}
