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
import java.util.stream.Stream;
import org.djladapters.examples.sweep.RunResult;

/**
 * The results of a sweep. Of several results of one run the last counts.
 *
 * @param name the name of the sweep
 * @param tasks its tasks in the order in which results came
 * @param contenders its methods in that order
 */
record Suite(String name, List<String> tasks, List<Contender> contenders) {

    /** Sorts results by suite, method and task. */
    static List<Suite> of(List<RunResult> results) {
        List<Suite> suites = new ArrayList<>();
        grouped(results.stream(), RunResult::suite)
                .forEach((name, runs) -> suites.add(suite(name, runs)));
        return suites;
    }

    private static Suite suite(String name, List<RunResult> results) {
        List<String> tasks = results.stream().map(run -> run.key().task()).distinct().toList();
        List<Contender> contenders = new ArrayList<>();
        grouped(results.stream(), run -> run.key().label())
                .forEach((label, runs) -> contenders.add(contender(label, tasks, runs)));
        return new Suite(name, tasks, contenders);
    }

    private static Contender contender(String label, List<String> tasks, List<RunResult> results) {
        Map<String, TaskScore> scores = new LinkedHashMap<>();
        grouped(results.stream(), run -> run.key().task())
                .forEach((task, runs) -> scores.put(task, TaskScore.of(runs)));
        return new Contender(label, results.get(0).family(), tasks, scores);
    }

    private static Map<String, List<RunResult>> grouped(
            Stream<RunResult> results, Function<RunResult, String> key) {
        return results.collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    /**
     * Finds a method.
     *
     * @param wanted its label; a space may be written as '-'
     */
    Optional<Contender> find(String wanted) {
        return contenders.stream()
                .filter(
                        contender ->
                                contender.label().equals(wanted)
                                        || contender.label().replace(' ', '-').equals(wanted))
                .findFirst();
    }

    /** The places of complete methods on the average over tasks. */
    List<Standing> standings() {
        return contenders.stream().map(Contender::standing).flatMap(Optional::stream).toList();
    }

    /** The places on a task. */
    List<Standing> standings(String task) {
        return contenders.stream().map(c -> c.standing(task)).flatMap(Optional::stream).toList();
    }

    /** The metric that decides a task; unknown if all runs failed. */
    String metric(String task) {
        return contenders.stream()
                .flatMap(contender -> contender.score(task).stream())
                .map(TaskScore::metric)
                .findFirst()
                .orElse("unknown");
    }

    List<RunResult> runs() {
        return contenders.stream().flatMap(contender -> contender.runs().stream()).toList();
    }
}
