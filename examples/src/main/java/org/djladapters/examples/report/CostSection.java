/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunResult;

/** The tables of the methods' costs and learning rates, over all suites. */
final class CostSection {

    private CostSection() {}

    /** Lists time, memory and the size of files. */
    static Table costs(List<Analysis> suites) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                List<String> row = new ArrayList<>(List.of(analysis.suite().name()));
                row.add(method.name());
                row.add(method.size());
                row.add(coverage(method));
                row.add(Text.format("%,.0f", method.mean(RunResult::seconds)));
                row.add(memory(method));
                row.add(
                        Text.bytes(
                                method.good().stream()
                                        .mapToLong(RunResult::fileBytes)
                                        .max()
                                        .orElse(0)));
                rows.add(row);
            }
        }
        return rows.under(
                "suite",
                "method",
                "parameters",
                "outputs rotated",
                "training, s per run",
                "peak memory",
                "file");
    }

    private static String coverage(Method method) {
        return method.good().stream()
                .map(RunResult::coverage)
                .filter(Objects::nonNull)
                .findFirst()
                .map(share -> Text.format("%.0f %%", 100 * share))
                .orElse(Text.NONE);
    }

    private static String memory(Method method) {
        return method.good().stream()
                .map(RunResult::peakMiB)
                .filter(Objects::nonNull)
                .min(Long::compare)
                .map(mib -> Text.format("%,d MiB", mib))
                .orElse(Text.NONE);
    }

    /** Lists the learning rates that were chosen, and those that trials tried. */
    static Table rates(List<Analysis> suites, List<RateTrial> trials) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                List<RunResult> runs = method.good();
                rows.add(
                        analysis.suite().name(),
                        method.name(),
                        Text.list(
                                runs.stream()
                                        .map(CostSection::factors)
                                        .distinct()
                                        .sorted()
                                        .toList()),
                        Text.list(distinct(runs.stream().map(RunResult::learningRate).toList())),
                        Text.list(tried(analysis, method, trials)),
                        place(method));
            }
        }
        return rows.under("suite", "method", "× its usual rate", "learning rate", "tried", "where");
    }

    private static String factors(RunResult run) {
        String factor = Text.rate(run.rateFactor());
        return run.headFactor() == null
                ? factor
                : "%s (head × %s)".formatted(factor, Text.rate(run.headFactor()));
    }

    /** Lists the factors that were tried for an adapter; those of the file if no trial is there. */
    private static List<String> tried(Analysis analysis, Method method, List<RateTrial> trials) {
        Stream<Double> factors =
                trials.stream()
                        .filter(trial -> trial.suite().equals(analysis.suite().name()))
                        .filter(trial -> trial.key().method().equals(method.name()))
                        .map(RateTrial::factor);
        Stream<Double> ofFile = method.good().stream().flatMap(run -> run.setup().rates().stream());
        return distinct(Stream.concat(factors, ofFile).toList());
    }

    /** Describes the place of the rate among those that were tried. */
    private static String place(Method method) {
        if (method.good().stream()
                .allMatch(run -> run.setup().rates().size() == 1 && run.setup().joint() == null)) {
            return "no other was tried";
        }
        return isAtEdge(method) ? "at the edge: a better rate may lie beyond" : "inside";
    }

    private static List<String> distinct(List<Double> values) {
        return new TreeSet<>(values).stream().map(Text::rate).toList();
    }

    static boolean isAtEdge(Method method) {
        return method.good().stream().anyMatch(RunResult::rateAtEdge);
    }
}
