/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.report.Tuning.Cell;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.Rates;
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

    /** Tells whether all runs of a suite were made in one way, so that their costs compare. */
    static boolean isComparable(Analysis analysis) {
        return analysis.methods().stream()
                        .flatMap(method -> method.good().stream())
                        .map(
                                run ->
                                        Arrays.asList(
                                                run.setup().precision(),
                                                run.processor(),
                                                run.threads()))
                        .distinct()
                        .count()
                <= 1;
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

    /**
     * Lists the learning rates that were chosen, and those that trials tried: of a method for all
     * tasks or, where rates were tuned together, for each.
     */
    static Table rates(List<Analysis> suites, List<RateTrial> trials) {
        Rows rows = new Rows();
        for (Analysis analysis : suites) {
            Suite suite = analysis.suite();
            Map<Cell, Map<Rates, Set<Long>>> tried = Tuning.tried(suite, trials);
            for (Method method : analysis.methods()) {
                if (Tuning.isJoint(suite)) {
                    byTask(suite, method)
                            .forEach(
                                    (task, runs) ->
                                            rows.add(
                                                    row(
                                                            suite,
                                                            method,
                                                            task,
                                                            runs,
                                                            count(tried, task, method, runs))));
                } else {
                    List<RunResult> runs = method.good();
                    rows.add(row(suite, method, "all", runs, factors(tried, method, runs)));
                }
            }
        }
        return rows.under(
                "suite",
                "method",
                "task",
                "× its usual rate",
                "learning rate",
                "rate of the head",
                "tried",
                "where");
    }

    private static Map<String, List<RunResult>> byTask(Suite suite, Method method) {
        Map<String, List<RunResult>> byTask = new LinkedHashMap<>();
        for (String task : suite.tasks()) {
            List<RunResult> runs = method.good(task).stream().map(Run::result).toList();
            if (!runs.isEmpty()) {
                byTask.put(task, runs);
            }
        }
        return byTask;
    }

    private static List<String> row(
            Suite suite, Method method, String task, List<RunResult> runs, String tried) {
        List<Double> heads =
                runs.stream().map(RunResult::headLearningRate).filter(Objects::nonNull).toList();
        return List.of(
                suite.name(),
                method.name(),
                task,
                Text.list(runs.stream().map(CostSection::factors).distinct().sorted().toList()),
                Text.list(distinct(runs.stream().map(RunResult::learningRate).toList())),
                heads.isEmpty() ? Text.NONE : Text.list(distinct(heads)),
                tried,
                place(runs));
    }

    /**
     * Counts the rates that were tried on a task, or pairs of them where a head has its own, if
     * their lines are at hand.
     */
    private static String count(
            Map<Cell, Map<Rates, Set<Long>>> tried,
            String task,
            Method method,
            List<RunResult> runs) {
        Map<Rates, Set<Long>> rates = tried.get(new Cell(task, method.name()));
        boolean heads = runs.stream().anyMatch(run -> run.headLearningRate() != null);
        return rates == null ? Text.NONE : Text.counted(rates.size(), heads ? "pair" : "rate");
    }

    private static String factors(RunResult run) {
        String factor = Text.rate(run.rateFactor());
        return run.headFactor() == null
                ? factor
                : "%s (head × %s)".formatted(factor, Text.rate(run.headFactor()));
    }

    /** Lists the factors that were tried for an adapter; those of the file if no trial is there. */
    private static String factors(
            Map<Cell, Map<Rates, Set<Long>>> tried, Method method, List<RunResult> runs) {
        Stream<Double> ofTrials =
                tried.entrySet().stream()
                        .filter(cell -> cell.getKey().method().equals(method.name()))
                        .flatMap(cell -> cell.getValue().keySet().stream())
                        .map(Rates::factor);
        Stream<Double> ofFile = runs.stream().flatMap(run -> run.setup().rates().stream());
        return Text.list(distinct(Stream.concat(ofTrials, ofFile).toList()));
    }

    /** Describes the place of the rate among those that were tried. */
    private static String place(List<RunResult> runs) {
        if (runs.stream()
                .allMatch(run -> run.setup().rates().size() == 1 && run.setup().joint() == null)) {
            return "no other was tried";
        }
        return isAtEdge(runs) ? "at the edge: a better rate may lie beyond" : "inside";
    }

    private static List<String> distinct(List<Double> values) {
        return new TreeSet<>(values).stream().map(Text::rate).toList();
    }

    static boolean isAtEdge(List<RunResult> runs) {
        return runs.stream().anyMatch(RunResult::rateAtEdge);
    }
}
