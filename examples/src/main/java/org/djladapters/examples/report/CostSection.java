/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
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

    /** Lists the learning rates that were chosen. */
    static Table rates(List<Analysis> suites) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            for (Method method : analysis.methods()) {
                List<RunResult> runs = method.good();
                rows.add(
                        analysis.suite().name(),
                        method.name(),
                        Text.list(distinct(runs.stream().map(RunResult::rateFactor).toList())),
                        Text.list(distinct(runs.stream().map(RunResult::learningRate).toList())),
                        Text.list(
                                distinct(
                                        runs.stream()
                                                .flatMap(run -> run.setup().rates().stream())
                                                .toList())),
                        place(method));
            }
        }
        return rows.under("suite", "method", "× its usual rate", "learning rate", "tried", "where");
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
