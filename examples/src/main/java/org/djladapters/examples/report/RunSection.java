/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.matmul.Precision;

/** The tables of planned and missing runs and of options, and the origin of results. */
final class RunSection {

    private static final int HASH = 12;

    private RunSection() {}

    /**
     * Lists the runs of a suite that are missing or have failed.
     *
     * @param plan the sweep file; without one, every method is planned on all tasks with all seeds
     *     that it has on any
     */
    static List<RunKey> missing(Suite suite, Optional<SweepFile> plan) {
        Set<RunKey> missing = new LinkedHashSet<>(planned(suite, plan));
        suite.methods().stream()
                .flatMap(method -> method.good().stream())
                .map(RunResult::key)
                .forEach(missing::remove);
        return List.copyOf(missing);
    }

    static List<RunKey> planned(Suite suite, Optional<SweepFile> plan) {
        List<RunKey> planned = new ArrayList<>();
        if (plan.isPresent()) {
            for (SweepFile.Method method : plan.get().methods()) {
                List<Long> seeds = method.seeds() == null ? plan.get().seeds() : method.seeds();
                List<String> tasks = plan.get().tasks().stream().map(SweepFile.Task::name).toList();
                addAll(planned, method.name(), tasks, seeds);
            }
        } else {
            for (Method method : suite.methods()) {
                Set<Long> seeds = new TreeSet<>();
                method.all().forEach(run -> seeds.add(run.seed()));
                addAll(planned, method.name(), suite.tasks(), seeds);
            }
        }
        return planned;
    }

    private static void addAll(
            List<RunKey> planned, String method, List<String> tasks, Collection<Long> seeds) {
        for (String task : tasks) {
            for (long seed : seeds) {
                planned.add(new RunKey(task, method, seed));
            }
        }
    }

    /** Lists missing runs with the reasons. */
    static Table notRun(List<Suite> suites, Map<String, SweepFile> plans) {
        Rows rows = new Rows();
        for (Suite suite : suites) {
            List<RunKey> missing = missing(suite, Optional.ofNullable(plans.get(suite.name())));
            Map<String, SortedMap<String, List<Long>>> byMethod = new LinkedHashMap<>();
            for (RunKey key : missing) {
                byMethod.computeIfAbsent(key.method(), method -> new TreeMap<>())
                        .computeIfAbsent(key.task(), task -> new ArrayList<>())
                        .add(key.seed());
            }
            byMethod.forEach(
                    (method, tasks) ->
                            rows.add(suite.name(), method, seeds(tasks), why(suite, method)));
        }
        return rows.under("suite", "method", "tasks (seeds)", "why");
    }

    private static String seeds(SortedMap<String, List<Long>> tasks) {
        return tasks.entrySet().stream()
                .map(task -> "%s (%s)".formatted(task.getKey(), Text.list(task.getValue())))
                .collect(Collectors.joining(", "));
    }

    private static String why(Suite suite, String method) {
        Set<String> failures = new LinkedHashSet<>();
        suite.find(method).stream()
                .flatMap(found -> found.all().stream())
                .filter(Run::isFailed)
                .forEach(
                        run ->
                                failures.add(
                                        "failed on %s: %s"
                                                .formatted(run.task(), run.result().failure())));
        return failures.isEmpty() ? "not run yet" : String.join("; ", failures);
    }

    /** Lists the options of every method, without those with which all runs of a task begin. */
    static Table options(List<Suite> suites) {
        Rows rows = new Rows();
        for (Suite suite : suites) {
            Map<String, List<String>> common = new LinkedHashMap<>();
            for (String task : suite.tasks()) {
                List<List<String>> all =
                        suite.good(task).stream().map(r -> r.result().setup().options()).toList();
                common.put(task, commonStart(all));
                rows.add(suite.name(), "all on " + task, words(common.get(task)));
            }
            for (Method method : suite.methods()) {
                Set<String> own = new LinkedHashSet<>();
                for (Run run : method.all()) {
                    List<String> options = run.result().setup().options();
                    int start = Math.min(common.get(run.task()).size(), options.size());
                    own.add(words(options.subList(start, options.size())));
                }
                rows.add(suite.name(), method.name(), String.join("; or ", own));
            }
        }
        return rows.under("suite", "runs", "options of finetune");
    }

    private static String words(List<String> options) {
        return options.isEmpty()
                ? "those of finetune"
                : options.stream()
                        .map(word -> word.contains(" ") ? "'" + word + "'" : word)
                        .collect(Collectors.joining(" "));
    }

    /** Returns the longest common start of all lists that ends between two options. */
    static List<String> commonStart(List<List<String>> lists) {
        if (lists.isEmpty()) {
            return List.of();
        }
        List<String> first = lists.get(0);
        int length = 0;
        for (int end = 1; end <= first.size(); end++) {
            List<String> start = first.subList(0, end);
            if (lists.stream().allMatch(list -> Collections.indexOfSubList(list, start) == 0)
                    && isBetweenOptions(lists, end)) {
                length = end;
            }
        }
        return first.subList(0, length);
    }

    private static boolean isBetweenOptions(List<List<String>> lists, int index) {
        return lists.stream()
                .allMatch(list -> index >= list.size() || list.get(index).startsWith("--"));
    }

    /** Describes the searches for layouts. */
    static List<String> searches(List<RateTrial> trials) {
        Map<String, List<RateTrial>> bySuite =
                trials.stream()
                        .filter(trial -> trial.layouts() != null)
                        .collect(
                                Collectors.groupingBy(
                                        RateTrial::suite, LinkedHashMap::new, Collectors.toList()));
        List<String> searches = new ArrayList<>();
        bySuite.forEach((suite, of) -> searches.add(search(suite, of)));
        return searches;
    }

    private static String search(String suite, List<RateTrial> trials) {
        int layouts = trials.stream().mapToInt(RateTrial::layouts).max().orElseThrow();
        Set<String> tasks = new LinkedHashSet<>();
        trials.forEach(trial -> tasks.add(trial.key().task()));
        return "%s: %s, with %s on held-out training data of %s. No development or test data was looked at."
                .formatted(
                        suite,
                        Text.counted(layouts, "layout"),
                        Text.counted(trials.size(), "training"),
                        Text.words(List.copyOf(tasks)));
    }

    /** Lists the origin of the results: model, data, versions, time. */
    static List<String> origin(List<Suite> suites, List<RateTrial> trials) {
        List<RunResult> runs =
                suites.stream().flatMap(s -> s.runs().stream()).map(Run::result).toList();
        List<String> points = new ArrayList<>();
        for (Provenance.Base base : distinct(runs, run -> run.setup().base())) {
            points.add("model: %s (SHA-256 %s)".formatted(base.name(), hash(base.sha256())));
        }
        for (Suite suite : suites) {
            suite.tasks().forEach(task -> points.add(data(suite, task)));
        }
        points.add(
                "held out of the training data: "
                        + Text.list(distinct(runs, run -> run.setup().heldOut())));
        points.addAll(precisions(runs));
        Set<String> versions = new LinkedHashSet<>();
        runs.forEach(
                run ->
                        run.versions()
                                .forEach((name, version) -> versions.add(name + " " + version)));
        points.add("versions: " + (versions.isEmpty() ? "not recorded" : Text.list(versions)));
        points.add("threads: " + Text.list(distinct(runs, RunResult::threads)));
        processors(runs).ifPresent(points::add);
        double seconds =
                runs.stream().mapToDouble(RunResult::seconds).sum()
                        + trials.stream().mapToDouble(RateTrial::seconds).sum();
        points.add(Text.format("wall time of all runs and trials: %.1f hours", seconds / 3600));
        List<String> dates =
                runs.stream().map(RunResult::date).filter(Objects::nonNull).sorted().toList();
        if (!dates.isEmpty()) {
            points.add("from %s to %s".formatted(dates.get(0), dates.get(dates.size() - 1)));
        }
        return points;
    }

    /** Counts the runs of each processor, if any is recorded. */
    private static Optional<String> processors(List<RunResult> runs) {
        Map<String, Integer> counts =
                new TreeMap<>(Comparator.nullsLast(Comparator.naturalOrder()));
        runs.forEach(run -> counts.merge(run.processor(), 1, Integer::sum));
        if (counts.keySet().stream().allMatch(Objects::isNull)) {
            return Optional.empty();
        }
        List<String> named = new ArrayList<>();
        counts.forEach(
                (name, count) ->
                        named.add(
                                "%s in %s"
                                        .formatted(
                                                Objects.requireNonNullElse(name, "not recorded"),
                                                Text.counted(count, "run"))));
        return Optional.of("processors: " + String.join("; ", named));
    }

    /** Says what was not computed in float32; of methods that differ, each type with its own. */
    private static List<String> precisions(List<RunResult> runs) {
        Map<String, Set<String>> methods = new TreeMap<>();
        for (RunResult run : runs) {
            String precision =
                    Objects.requireNonNullElse(
                            run.setup().precision(), Precision.FLOAT32.toString());
            methods.computeIfAbsent(precision, of -> new LinkedHashSet<>()).add(run.key().method());
        }
        if (methods.keySet().equals(Set.of(Precision.FLOAT32.toString()))) {
            return List.of();
        }
        boolean mixed = methods.size() > 1;
        List<String> points = new ArrayList<>();
        methods.forEach(
                (precision, own) ->
                        points.add(
                                "computed in "
                                        + precision
                                        + (mixed ? ": " + String.join("; ", own) : "")));
        return points;
    }

    private static String data(Suite suite, String task) {
        Set<String> sources = new LinkedHashSet<>();
        for (Run run : suite.good(task)) {
            new TreeMap<>(run.result().setup().data())
                    .forEach((role, data) -> sources.add(source(role, data)));
        }
        return "data of %s, %s: %s".formatted(suite.name(), task, Text.list(sources));
    }

    private static String source(String role, Provenance.Source data) {
        return "%s %s rows (SHA-256 %s)"
                .formatted(role, Text.count(data.rows()), hash(data.sha256()));
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
