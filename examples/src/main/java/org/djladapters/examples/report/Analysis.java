/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.examples.statistics.Bootstrap;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.Measurement;
import org.djladapters.examples.statistics.PairedRuns;
import org.djladapters.examples.statistics.RandomTasks;
import org.djladapters.examples.statistics.Statistic;

/**
 * The scores and differences of a suite's methods, with intervals.
 *
 * <p>Means are over the tasks on which the reference gains at least five standard errors over the
 * head alone, unless all tasks are to be averaged. A method is compared with a compound adapter of
 * about as many parameters. Of several compound layouts of one size this is the first in the sweep
 * file, so that the choice does not depend on results.
 */
final class Analysis {

    static final String COMPOUND = "compound";

    private static final double LEAST_GAIN = 5;

    private static final int FEWEST_RANDOM_TASKS = 3;

    /** Compound layouts whose numbers of parameters differ by less compete for one budget. */
    private static final double SAME_BUDGET = 1.5;

    private final Suite suite;
    private final List<TaskScores> tasks;
    private final Optional<Method> reference;
    private final Optional<Method> head;
    private final List<TaskScores> averaged = new ArrayList<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private final List<Method> anchors = new ArrayList<>();

    Analysis(Suite suite, List<TaskScores> tasks, ReportOptions options) {
        this.suite = suite;
        this.tasks = List.copyOf(tasks);
        reference = options.reference(suite);
        head = options.head(suite);
        this.tasks.forEach(task -> judge(task, options));
        suite.methods().stream()
                .filter(method -> method.family().equals(COMPOUND))
                .filter(method -> method.parameters() > 0)
                .filter(method -> nearest(method).isEmpty())
                .forEach(anchors::add);
        anchors.sort(Comparator.comparingLong(Method::parameters));
    }

    /** Decides whether a task is averaged. */
    private void judge(TaskScores task, ReportOptions options) {
        if (!task.isOfShares()) {
            leftOut.put(task.task(), "less " + task.metric() + " is better");
            return;
        }
        if (reference.isEmpty() || head.isEmpty()) {
            averaged.add(task);
            return;
        }
        Optional<Estimate> gain = difference(reference.get(), head.get(), List.of(task));
        if (gain.isEmpty()) {
            leftOut.put(
                    task.task(),
                    "%s and %s have no seed in common there"
                            .formatted(
                                    Text.quoted(reference.get().name()),
                                    Text.quoted(head.get().name())));
        } else if (!options.allTasks() && !isGain(gain.get())) {
            leftOut.put(
                    task.task(),
                    Text.format(
                            "%s gains %.1f points over %s, which is less than five standard errors"
                                    + " of %.1f",
                            Text.quoted(reference.get().name()),
                            gain.get().value(),
                            Text.quoted(head.get().name()),
                            gain.get().error()));
        } else {
            averaged.add(task);
        }
    }

    private static boolean isGain(Estimate gain) {
        return gain.value() > 0 && gain.value() >= LEAST_GAIN * gain.error();
    }

    Suite suite() {
        return suite;
    }

    /** Returns all tasks with results. */
    List<TaskScores> tasks() {
        return tasks;
    }

    /** Returns the tasks over which means are taken. */
    List<TaskScores> averaged() {
        return averaged;
    }

    /** Returns the reasons why tasks are not averaged, by their names. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    Optional<Method> reference() {
        return reference;
    }

    Optional<Method> head() {
        return head;
    }

    /** Returns the compound layouts that others are compared with, one for each budget. */
    List<Method> anchors() {
        return anchors;
    }

    /** Returns the methods with results, ordered by their numbers of parameters. */
    List<Method> methods() {
        return suite.methods().stream()
                .filter(method -> !method.good().isEmpty())
                .sorted(Comparator.comparingLong(Method::parameters))
                .toList();
    }

    boolean isReference(Method method) {
        return reference.filter(method::equals).isPresent();
    }

    boolean isHead(Method method) {
        return head.filter(method::equals).isPresent();
    }

    /** Returns the compound layout that a method is compared with, if one is of its size. */
    Optional<Method> counterpart(Method method) {
        return method.parameters() == 0 || anchors.contains(method)
                ? Optional.empty()
                : nearest(method);
    }

    private Optional<Method> nearest(Method method) {
        return anchors.stream()
                .filter(anchor -> ratio(anchor, method) < SAME_BUDGET)
                .min(Comparator.comparingDouble(anchor -> ratio(anchor, method)));
    }

    private static double ratio(Method a, Method b) {
        double ratio = (double) a.parameters() / b.parameters();
        return Math.max(ratio, 1 / ratio);
    }

    /** Estimates the score on a task. */
    Optional<Estimate> score(Method method, TaskScores task) {
        return estimate(List.of(task), Statistic.MEAN, method);
    }

    /** Estimates the mean score, if the method was run on all tasks that are averaged. */
    Optional<Estimate> mean(Method method) {
        return estimate(averaged, Statistic.MEAN, method);
    }

    /** Estimates the difference of two methods on the mean of some tasks. */
    Optional<Estimate> difference(Method method, Method other, List<TaskScores> of) {
        return estimate(of, Statistic.DIFFERENCE, method, other);
    }

    /**
     * Estimates a method's score as a percentage of the reference's; empty if the interval of the
     * reference's score contains 0.
     */
    Optional<Estimate> scoreShare(Method method) {
        return reference.flatMap(
                r -> share(Statistic.SCORE_SHARE, Statistic.WHOLE_SCORE, method, r));
    }

    /** Estimates a method's gain over the head as a percentage of the reference's, likewise. */
    Optional<Estimate> gainShare(Method method) {
        return reference.flatMap(
                r ->
                        head.flatMap(
                                h ->
                                        share(
                                                Statistic.GAIN_SHARE,
                                                Statistic.WHOLE_GAIN,
                                                method,
                                                r,
                                                h)));
    }

    /**
     * Compares a method with the reference on the averaged tasks, taken as a sample of others;
     * empty for fewer than three tasks, or if one of the two was not run on all.
     */
    Optional<RandomTasks> randomTasks(Method method) {
        List<Estimate> own = scores(method);
        List<Estimate> others = reference.map(this::scores).orElse(List.of());
        return averaged.size() < FEWEST_RANDOM_TASKS
                        || own.size() < averaged.size()
                        || others.size() < averaged.size()
                ? Optional.empty()
                : Optional.of(new RandomTasks(values(own), values(others)));
    }

    private List<Estimate> scores(Method method) {
        return averaged.stream().flatMap(task -> score(method, task).stream()).toList();
    }

    private static double[] values(List<Estimate> estimates) {
        return estimates.stream().mapToDouble(Estimate::value).toArray();
    }

    private Optional<Estimate> share(Statistic share, Statistic whole, Method... methods) {
        return estimate(averaged, whole, methods)
                .filter(e -> e.low() > 0)
                .flatMap(e -> estimate(averaged, share, methods));
    }

    private Optional<Estimate> estimate(
            List<TaskScores> of, Statistic statistic, Method... methods) {
        List<PairedRuns> paired = new ArrayList<>();
        for (TaskScores task : of) {
            List<SortedMap<Long, Measurement>> runs = new ArrayList<>();
            for (Method method : methods) {
                runs.add(task.byMethod().getOrDefault(method.name(), new TreeMap<>()));
            }
            PairedRuns pairs = PairedRuns.of(task.task(), runs);
            if (pairs.seeds() == 0) {
                return Optional.empty();
            }
            paired.add(pairs);
        }
        return paired.isEmpty()
                ? Optional.empty()
                : Optional.of(Bootstrap.estimate(paired, statistic));
    }
}
