/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.RandomTasks;
import org.djladapters.examples.statistics.Verdict;

/**
 * The tables of differences over all suites, and of the places of their intervals. Where rates were
 * not tuned together they do not call a method better; see {@link Tuning}.
 */
final class ComparisonSection {

    /** A method whose score is less by at most this share, in percent, is as good as another. */
    static final double MARGIN = 1;

    private ComparisonSection() {}

    /** Compares every method with a compound adapter of about as many parameters. */
    static Table equalBudgets(List<Analysis> suites) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                Optional<Method> other = analysis.counterpart(method);
                if (other.isPresent()) {
                    List<String> row = start(analysis, method);
                    row.add(other.get().title());
                    row.addAll(difference(analysis, method, other.get()));
                    rows.add(row);
                }
            }
        }
        return rows.under(
                "suite",
                "method",
                "parameters",
                "compared with",
                "difference",
                intervalOf(suites),
                "task by task");
    }

    /** Compares every method with the reference, with its shares. */
    static Table reference(List<Analysis> suites) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                if (analysis.reference().isPresent() && !analysis.isReference(method)) {
                    Method reference = analysis.reference().get();
                    List<String> row = start(analysis, method);
                    row.add(Text.fewer(method.parameters(), reference.parameters()));
                    row.add(share(analysis, method, analysis.scoreShare(method)));
                    row.add(
                            analysis.head().isEmpty() || analysis.isHead(method)
                                    ? Text.NONE
                                    : share(analysis, method, analysis.gainShare(method)));
                    row.addAll(difference(analysis, method, reference));
                    rows.add(row);
                }
            }
        }
        return rows.under(
                "suite",
                "method",
                "parameters",
                "than the reference",
                "share of its score",
                "share of its gain",
                "difference",
                intervalOf(suites),
                "task by task");
    }

    /**
     * Compares every method with the reference on tasks that are a sample of others; nothing for
     * fewer than three tasks.
     */
    static Table randomTasks(List<Analysis> suites) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                if (!analysis.isReference(method)) {
                    analysis.randomTasks(method)
                            .ifPresent(tasks -> rows.add(row(analysis, method, tasks)));
                }
            }
        }
        return rows.under(
                "suite",
                "method",
                "parameters",
                "mean difference",
                "share of the mean score",
                Text.format("at most %.0f %% less", MARGIN),
                "share on one task",
                "difference without one of the tasks");
    }

    private static String intervalOf(List<Analysis> suites) {
        return suites.stream().allMatch(analysis -> Tuning.isJoint(analysis.suite()))
                ? "interval"
                : "interval with these rates";
    }

    private static List<String> row(Analysis analysis, Method method, RandomTasks tasks) {
        List<String> row = start(analysis, method);
        row.add(Text.difference(tasks.difference()));
        row.add(Text.share(tasks.share()));
        row.add(tasks.comesWithin(MARGIN).map(within -> within ? "yes" : "no").orElse("undecided"));
        RandomTasks.Interval one = tasks.shareOnOne();
        row.add(Text.interval(one.low(), one.high()) + " %");
        double[] without = tasks.differencesWithoutOne();
        int lowest = 0;
        int highest = 0;
        for (int task = 1; task < without.length; task++) {
            lowest = without[task] < without[lowest] ? task : lowest;
            highest = without[task] > without[highest] ? task : highest;
        }
        row.add(
                Text.format(
                        "%+.1f (without %s) to %+.1f (without %s)",
                        without[lowest],
                        analysis.averaged().get(lowest).task(),
                        without[highest],
                        analysis.averaged().get(highest).task()));
        return row;
    }

    /** Writes a share; it is undecided if the method has a mean, but the whole may be 0. */
    private static String share(Analysis analysis, Method method, Optional<Estimate> share) {
        return share.map(Text::share)
                .orElse(analysis.mean(method).isPresent() ? "undecided" : Text.NONE);
    }

    private static List<String> start(Analysis analysis, Method method) {
        return new ArrayList<>(List.of(analysis.suite().name(), method.name(), method.size()));
    }

    private static List<String> difference(Analysis analysis, Method method, Method other) {
        Optional<Estimate> difference = analysis.difference(method, other, analysis.averaged());
        return List.of(
                difference.map(Text::difference).orElse(Text.NONE),
                difference
                        .map(d -> Verdict.of(d).words())
                        .orElse(
                                analysis.averaged().isEmpty()
                                        ? "no task is averaged"
                                        : "tasks are missing"),
                tasks(analysis, method, other));
    }

    /**
     * Lists the tasks on which the interval of a method lies above or below 0, and the differences
     * on those that can't be averaged.
     */
    private static String tasks(Analysis analysis, Method method, Method other) {
        Map<Verdict, List<String>> byVerdict = new EnumMap<>(Verdict.class);
        List<String> notAveraged = new ArrayList<>();
        for (TaskScores task : analysis.tasks()) {
            Optional<Estimate> difference = analysis.difference(method, other, List.of(task));
            if (task.isOfShares()) {
                difference
                        .map(Verdict::of)
                        .filter(verdict -> verdict == Verdict.ABOVE || verdict == Verdict.BELOW)
                        .ifPresent(
                                verdict ->
                                        byVerdict
                                                .computeIfAbsent(verdict, v -> new ArrayList<>())
                                                .add(task.task()));
            } else {
                difference.map(d -> difference(task, d)).ifPresent(notAveraged::add);
            }
        }
        List<String> parts = new ArrayList<>();
        byVerdict.forEach(
                (verdict, names) -> parts.add(verdict.words() + " on " + Text.words(names)));
        parts.addAll(notAveraged);
        return parts.isEmpty() ? "none is decided" : String.join("; ", parts);
    }

    private static String difference(TaskScores task, Estimate difference) {
        return "%s %s on %s"
                .formatted(task.metric(), Text.difference(task.shown(difference)), task.task());
    }
}
