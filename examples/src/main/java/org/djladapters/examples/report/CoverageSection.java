/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.RunResult.Trial;
import org.djladapters.task.Provenance;

/** What a suite has, what it lacks, and how its results came to be. */
final class CoverageSection {

    private static final int HASH = 12;

    private final Suite suite;
    private final List<Block> blocks = new ArrayList<>();

    CoverageSection(Suite suite) {
        this.suite = suite;
    }

    List<Block> blocks() {
        blocks.add(new Heading(2, "Suite " + suite.name() + ": runs and settings"));
        addRuns();
        addFailures();
        addMixtures();
        addOptions();
        addOrigin();
        return blocks;
    }

    private void addRuns() {
        List<String> header = new ArrayList<>(List.of("seeds of"));
        header.addAll(suite.tasks());
        Rows rows = new Rows();
        for (Contender method : suite.contenders()) {
            List<String> row = new ArrayList<>(List.of(method.label()));
            suite.tasks().forEach(task -> row.add(runs(method.scores().get(task))));
            rows.add(row);
        }
        blocks.add(rows.under(header));
        Set<Long> seeds = new TreeSet<>();
        suite.contenders().forEach(method -> seeds.addAll(method.seeds()));
        long planned = (long) suite.contenders().size() * suite.tasks().size() * seeds.size();
        long good = suite.runs().stream().filter(run -> !run.isFailed()).count();
        blocks.add(
                new Paragraph(
                        "%d of %d combinations of method, task and seed (%s) are complete."
                                .formatted(good, planned, Text.list(seeds))));
    }

    private static String runs(TaskScore score) {
        if (score == null) {
            return "none";
        }
        String good = Text.list(score.good().stream().map(run -> run.key().seed()).toList());
        String failed = Text.list(score.failed().stream().map(run -> run.key().seed()).toList());
        return (good.isEmpty() ? "none" : good) + (failed.isEmpty() ? "" : "; failed: " + failed);
    }

    private void addFailures() {
        List<String> failures = new ArrayList<>();
        for (RunResult run : suite.runs()) {
            if (run.isFailed()) {
                failures.add(run.key() + ": " + run.failure());
            }
            for (Trial trial : run.trials()) {
                if (trial.failure() != null) {
                    failures.add(
                            "%s, trial of rate %s: %s"
                                    .formatted(
                                            run.key(),
                                            Text.rate(trial.learningRate()),
                                            trial.failure()));
                }
            }
        }
        if (!failures.isEmpty()) {
            blocks.add(new Paragraph("Failed runs and trials:"));
            blocks.add(new Bullets(failures));
        }
    }

    /** Names what was not the same where it should be. */
    private void addMixtures() {
        List<String> mixtures = new ArrayList<>();
        for (String task : suite.tasks()) {
            List<RunResult> runs = of(task);
            mixed(mixtures, task + ": the runs had different data", runs, r -> r.setup().data());
            mixed(
                    mixtures,
                    task + ": the runs had different base models",
                    runs,
                    r -> r.setup().base());
            mixed(
                    mixtures,
                    task + ": the runs held out different shares",
                    runs,
                    run -> run.setup().heldOut());
            for (Contender method : suite.contenders()) {
                mixed(
                        mixtures,
                        "%s on %s: the seeds had different options".formatted(method.label(), task),
                        runs.stream().filter(r -> r.key().label().equals(method.label())).toList(),
                        run -> run.setup().options());
            }
        }
        if (!mixtures.isEmpty()) {
            blocks.add(
                    new Paragraph(
                            "Differences between runs that should have the same" + " settings:"));
            blocks.add(new Bullets(mixtures));
        }
    }

    private List<RunResult> of(String task) {
        return suite.runs().stream().filter(run -> run.key().task().equals(task)).toList();
    }

    private static void mixed(
            List<String> mixtures,
            String words,
            List<RunResult> runs,
            Function<RunResult, Object> common) {
        if (runs.stream().map(common).distinct().count() > 1) {
            mixtures.add(words);
        }
    }

    /** The options of the methods, without those with which all runs of a task begin. */
    private void addOptions() {
        Map<String, List<String>> common = new LinkedHashMap<>();
        for (String task : suite.tasks()) {
            common.put(task, commonStart(distinct(of(task), run -> run.setup().options())));
        }
        Rows methods = new Rows();
        for (Contender method : suite.contenders()) {
            List<String> own =
                    distinct(
                            method.runs(),
                            run -> {
                                List<String> options = run.setup().options();
                                int shared = common.get(run.key().task()).size();
                                return String.join(" ", options.subList(shared, options.size()));
                            });
            methods.add(method.label(), String.join("; or ", own));
        }
        blocks.add(methods.under("method", "options of finetune"));
        Rows tasks = new Rows();
        for (String task : suite.tasks()) {
            for (Map.Entry<String, Provenance.Source> data :
                    new TreeMap<>(of(task).get(0).setup().data()).descendingMap().entrySet()) {
                tasks.add(
                        task,
                        String.join(" ", common.get(task)),
                        data.getKey(),
                        data.getValue().name(),
                        Text.count(data.getValue().rows()),
                        hash(data.getValue().sha256()));
            }
        }
        blocks.add(
                tasks.under("task", "options of all methods", "role", "data", "rows", "SHA-256"));
    }

    /** The options with which all lists begin, none without its value. */
    static List<String> commonStart(List<List<String>> lists) {
        List<String> first = lists.get(0);
        int length = 0;
        for (int end = 1; end <= first.size(); end++) {
            List<String> start = first.subList(0, end);
            boolean common =
                    lists.stream().allMatch(l -> Collections.indexOfSubList(l, start) == 0);
            if (common && isBetweenOptions(lists, end)) {
                length = end;
            }
        }
        return first.subList(0, length);
    }

    private static boolean isBetweenOptions(List<List<String>> lists, int index) {
        return lists.stream()
                .allMatch(list -> index >= list.size() || list.get(index).startsWith("--"));
    }

    private void addOrigin() {
        List<RunResult> runs = suite.runs();
        double hours = runs.stream().mapToDouble(CoverageSection::wall).sum() / 3600;
        List<String> points = new ArrayList<>();
        for (Provenance.Base base : distinct(runs, run -> run.setup().base())) {
            points.add("model: %s (SHA-256 %s)".formatted(base.name(), hash(base.sha256())));
        }
        points.add(
                "held out of the training data: "
                        + Text.list(distinct(runs, run -> run.setup().heldOut())));
        points.add(
                "learning rates tried: "
                        + distinct(runs, run -> run.setup().rates()).stream()
                                .map(r -> Text.list(r.stream().map(Text::rate).toList()))
                                .collect(Collectors.joining("; ")));
        points.add("versions: " + versions(runs));
        points.add("threads: " + Text.list(distinct(runs, RunResult::threads)));
        points.add(Text.format("wall time of all runs and trials: %.1f hours", hours));
        List<String> dates =
                runs.stream().map(RunResult::date).filter(Objects::nonNull).sorted().toList();
        if (!dates.isEmpty()) {
            points.add("from %s to %s".formatted(dates.get(0), dates.get(dates.size() - 1)));
        }
        blocks.add(new Bullets(points));
    }

    /** The trials include the time of the one that was chosen. */
    private static double wall(RunResult run) {
        return run.seconds();
    }

    private static String versions(Collection<RunResult> runs) {
        Set<String> versions = new LinkedHashSet<>();
        runs.forEach(
                run ->
                        run.versions()
                                .forEach((name, version) -> versions.add(name + " " + version)));
        return versions.isEmpty() ? "not recorded" : Text.list(versions);
    }

    private static <T> List<T> distinct(
            Collection<RunResult> runs, Function<RunResult, T> property) {
        return runs.stream().map(property).distinct().toList();
    }

    private static String hash(String sha256) {
        return sha256 == null
                ? "not recorded"
                : sha256.substring(0, Math.min(HASH, sha256.length()));
    }
}
