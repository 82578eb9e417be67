/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.Rates;
import org.djladapters.examples.sweep.RunResult;

/**
 * Describes what was tuned. A sweep chooses one factor of the adapter's learning rate for all tasks
 * and does not change the rate of a new head, so that a baseline may be worse only because of its
 * rates, unless the two are tuned together for every task.
 */
final class Tuning {

    private static final String HEAD_RATE = "--head-learning-rate";

    private Tuning() {}

    /** Writes the first line of a report. */
    static String sentences(Results results) {
        List<Suite> suites = results.suites();
        String warning =
                suites.stream().allMatch(Tuning::isJoint)
                        ? ""
                        : "The rates of head and adapter were not tuned together, so a difference"
                                + " between methods may be a difference of rates. ";
        return warning
                + suites.stream()
                        .map(
                                suite ->
                                        (suites.size() > 1 ? in(suite) : "Each")
                                                + (isJoint(suite)
                                                        ? joint(suite, results.trials())
                                                        : of(suite)))
                        .collect(Collectors.joining(" "));
    }

    /** Tells whether the rates of head and adapter were tuned together in all runs. */
    static boolean isJoint(Suite suite) {
        return suite.runs().stream().allMatch(run -> run.result().setup().joint() != null);
    }

    private static String joint(Suite suite, List<RateTrial> trials) {
        Map<Cell, Map<Rates, Set<Long>>> tried = tried(suite, trials);
        IntSummaryStatistics pairs =
                tried.values().stream().mapToInt(Map::size).summaryStatistics();
        boolean heads = suite.runs().stream().map(Run::result).anyMatch(Tuning::hasHead);
        return " adapter has learning rates of its own for every task, tuned%s on held-out training data, %s."
                .formatted(
                        heads ? " together with those of new heads" : "",
                        tried.isEmpty()
                                ? "in trials whose lines are not at hand"
                                : "of %s that were tried%s"
                                        .formatted(range(pairs), seeds(tried.values())));
    }

    /** Says with how many seeds rates were tried, if need be only the best of them. */
    private static String seeds(Collection<Map<Rates, Set<Long>>> tried) {
        IntSummaryStatistics seeds =
                tried.stream()
                        .flatMap(rates -> rates.values().stream())
                        .mapToInt(Set::size)
                        .summaryStatistics();
        String with = seeds.getMin() == seeds.getMax() ? " with " : ", the best of them with ";
        return with + Text.counted(seeds.getMax(), "seed");
    }

    /** A task and a method that is tuned for it. */
    record Cell(String task, String method) {}

    /**
     * Returns the rates that the trials of a suite tried, as far as their lines are at hand, with
     * the seeds of these trials.
     */
    static Map<Cell, Map<Rates, Set<Long>>> tried(Suite suite, List<RateTrial> trials) {
        return trials.stream()
                .filter(trial -> trial.suite().equals(suite.name()))
                .collect(
                        Collectors.groupingBy(
                                trial -> new Cell(trial.key().task(), trial.key().method()),
                                Collectors.groupingBy(
                                        RateTrial::rates,
                                        Collectors.mapping(
                                                trial -> trial.key().seed(), Collectors.toSet()))));
    }

    private static String range(IntSummaryStatistics counts) {
        return counts.getMin() == counts.getMax()
                ? String.valueOf(counts.getMin())
                : counts.getMin() + " to " + counts.getMax();
    }

    private static String in(Suite suite) {
        return "In the suite " + suite.name() + " each";
    }

    private static String of(Suite suite) {
        List<RunResult> runs = suite.runs().stream().map(Run::result).toList();
        int tried = runs.stream().mapToInt(run -> run.setup().rates().size()).max().orElse(1);
        return " adapter has one factor of its usual learning rate for all tasks, %s%s."
                .formatted(
                        tried > 1
                                ? "of %d that were tried".formatted(tried)
                                : "and no other was tried in these runs",
                        heads(runs));
    }

    /** Describes the rates of heads, if there are heads. */
    private static String heads(List<RunResult> runs) {
        List<RunResult> withHead = runs.stream().filter(Tuning::hasHead).toList();
        TreeSet<Double> given =
                withHead.stream()
                        .map(run -> headRate(run.setup().options()))
                        .flatMap(Optional::stream)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (withHead.isEmpty()) {
            return "";
        }
        return given.isEmpty()
                ? "; new heads have the default rate"
                : "; the rate of new heads was given (%s)"
                        .formatted(Text.list(given.stream().map(Text::rate).toList()));
    }

    private static boolean hasHead(RunResult run) {
        return run.trainableParameters() > run.adapterParameters();
    }

    /** Finds the rate of a new head in the options of a run. */
    private static Optional<Double> headRate(List<String> options) {
        int index = options.lastIndexOf(HEAD_RATE);
        return index < 0 || index + 1 == options.size()
                ? Optional.empty()
                : Optional.of(Double.valueOf(options.get(index + 1)));
    }
}
