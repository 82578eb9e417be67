/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.matmul.Precision;

/** Turns a sweep file into pieces of work, all of which are checked before the first begins. */
final class SweepPlan {

    /** Options that the sweep itself sets. */
    private static final Set<String> DECIDED = Set.of("--learning-rate", "--seed", "--no-resume");

    private final SweepFile file;
    private final RunOptions.Parser parser;
    private final Provenance.Base base;
    private final Map<String, SweepData> data = new LinkedHashMap<>();

    /** Reads the data of all tasks, except test data, from paths relative to a folder. */
    SweepPlan(SweepFile file, Path folder, ModelDirectory model, RunOptions.Parser parser)
            throws IOException {
        this.file = file;
        this.parser = parser;
        base = Provenance.builder().setBase(model).build().base();
        for (SweepFile.Task task : file.tasks()) {
            data.put(task.name(), new SweepData(task, folder, kind(task), !file.search()));
        }
    }

    private Optional<TaskKind> kind(SweepFile.Task task) {
        try {
            return parser.parse(words(file.training(), task.training())).task();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(task.name(), e.getMessage()), e);
        }
    }

    private static List<String> words(String... options) {
        String all = String.join(" ", options).strip();
        return all.isEmpty() ? List.of() : List.of(all.split("\\s+"));
    }

    SweepData data(RunKey key) {
        return data.get(key.task());
    }

    /**
     * Lists the work: for each method the trials on all tasks and the runs with its first seed,
     * then the second seed of all methods, and so on. A search has no runs with the first seed.
     *
     * @throws IllegalArgumentException if options are wrong
     */
    List<SweepJob> jobs() {
        List<SweepJob> first = new ArrayList<>();
        List<List<SweepJob>> others = new ArrayList<>();
        for (SweepFile.Method method : file.methods()) {
            Map<String, RunSetup> setups = new HashMap<>();
            for (SweepFile.Task task : file.tasks()) {
                setups.put(task.name(), setup(task, method));
            }
            first.addAll(trials(method, setups));
            List<Long> seeds = file.seeds(method);
            for (int i = 0; i < seeds.size(); i++) {
                if (others.size() < i) {
                    others.add(new ArrayList<>());
                }
                List<SweepJob> jobs = i == 0 ? first : others.get(i - 1);
                if (i > 0 || !file.search()) {
                    jobs.addAll(runs(method, setups, seeds.get(i)));
                }
            }
        }
        others.forEach(first::addAll);
        return List.copyOf(first);
    }

    /** Lists the trials of a method; none if there is only one rate to choose. */
    private List<SweepJob> trials(SweepFile.Method method, Map<String, RunSetup> setups) {
        List<SweepJob> trials = new ArrayList<>();
        if (file.rates().size() > 1 || file.search()) {
            for (SweepFile.Task task : file.tasks()) {
                RunKey key = new RunKey(task.name(), method.name(), file.seeds(method).get(0));
                for (double factor : file.rates()) {
                    RunSetup setup = setups.get(task.name());
                    trials.add(new SweepJob(key, setup, OptionalDouble.of(factor)));
                }
            }
        }
        return trials;
    }

    private List<SweepJob> runs(SweepFile.Method method, Map<String, RunSetup> setups, long seed) {
        return file.tasks().stream()
                .map(task -> new RunKey(task.name(), method.name(), seed))
                .map(key -> new SweepJob(key, setups.get(key.task()), OptionalDouble.empty()))
                .toList();
    }

    private RunSetup setup(SweepFile.Task task, SweepFile.Method method) {
        SweepData read = data.get(task.name());
        Map<String, Provenance.Source> sources = new LinkedHashMap<>();
        sources.put(RunSetup.TRAIN, read.trainSource());
        if (read.dev() != null) {
            sources.put(RunSetup.DEV, SweepData.source(read.dev()));
        }
        return new RunSetup(
                base,
                sources,
                file.heldOut(),
                options(task, method),
                file.rates(),
                file.precision() == Precision.BFLOAT16 ? Precision.BFLOAT16.toString() : null);
    }

    private List<String> options(SweepFile.Task task, SweepFile.Method method) {
        String place = task.name() + ", " + method.name();
        List<String> options =
                new ArrayList<>(words(file.training(), task.training(), method.options()));
        Set<String> decided = new TreeSet<>(options);
        decided.retainAll(DECIDED);
        if (!decided.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s; leave out %s, which the sweep sets"
                            .formatted(place, String.join(", ", decided)));
        }
        if (method.budget() != null) {
            options.add("--budget");
            options.add(method.budget().toString());
        }
        try {
            RunOptions parsed = parser.parse(options);
            if (!parsed.task().equals(data.get(task.name()).kind())) {
                throw new IllegalArgumentException(
                        "--task can't be an option of a method; put it into the 'training' of the"
                                + " task");
            }
            if (method.learningRate() != null) {
                boolean head = parsed.method().equals(SweepRun.HEAD);
                options.add(head ? "--head-learning-rate" : "--learning-rate");
                options.add(method.learningRate().toString());
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(place, e.getMessage()), e);
        }
        return options;
    }
}
