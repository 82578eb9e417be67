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
import org.djladapters.examples.statistics.Verdict;

/**
 * The tables of differences over all suites, and of the places of their intervals. They do not call
 * a method better, since rates are not tuned jointly; see {@link Tuning}.
 */
final class ComparisonSection {

    private static final String INTERVAL = "interval with these rates";

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
                INTERVAL,
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
                    row.add(
                            method.parameters() == 0
                                    ? Text.NONE
                                    : Text.fewer(
                                            (double) reference.parameters() / method.parameters()));
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
                INTERVAL,
                "task by task");
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

    /** Lists the tasks on which the interval of a method lies above or below 0. */
    private static String tasks(Analysis analysis, Method method, Method other) {
        Map<Verdict, List<String>> byVerdict = new EnumMap<>(Verdict.class);
        for (TaskScores task : analysis.tasks()) {
            analysis.difference(method, other, List.of(task))
                    .map(Verdict::of)
                    .filter(verdict -> verdict == Verdict.ABOVE || verdict == Verdict.BELOW)
                    .ifPresent(
                            verdict ->
                                    byVerdict
                                            .computeIfAbsent(verdict, v -> new ArrayList<>())
                                            .add(task.task()));
        }
        if (byVerdict.isEmpty()) {
            return "none is decided";
        }
        List<String> parts = new ArrayList<>();
        byVerdict.forEach(
                (verdict, names) -> parts.add(verdict.words() + " on " + Text.words(names)));
        return String.join("; ", parts);
    }
}
