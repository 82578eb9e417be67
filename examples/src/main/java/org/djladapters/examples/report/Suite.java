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
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The results of a sweep.
 *
 * @param name the name of the sweep
 * @param tasks its tasks in the order in which results came
 * @param methods its methods in that order
 */
record Suite(String name, List<String> tasks, List<Method> methods) {

    /** Sorts runs by suite, method and task. */
    static List<Suite> of(List<Run> runs) {
        List<Suite> suites = new ArrayList<>();
        grouped(runs, run -> run.result().suite())
                .forEach((name, ofSuite) -> suites.add(suite(name, ofSuite)));
        return suites;
    }

    private static Suite suite(String name, List<Run> runs) {
        List<String> tasks = runs.stream().map(Run::task).distinct().toList();
        List<Method> methods = new ArrayList<>();
        grouped(runs, Run::method)
                .forEach((method, ofMethod) -> methods.add(Method.of(method, ofMethod)));
        return new Suite(name, tasks, methods);
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
