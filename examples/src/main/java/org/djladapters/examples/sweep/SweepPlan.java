/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final List<Planned> methods;
    private final SweepCells cells;
    private final Optional<RecordedRates> recorded;

    /**
     * Reads the data of all tasks, except test data, from paths relative to a folder.
     *
     * @param cells the tasks and methods that are worked on
     * @param recorded the rates of earlier runs, which are not chosen again
     * @throws IllegalArgumentException if options are wrong, or the file does not have the cells
     */
    SweepPlan(
            SweepFile file,
            SweepCells cells,
            Optional<RecordedRates> recorded,
            Path folder,
            ModelDirectory model,
            RunOptions.Parser parser)
            throws IOException {
        cells.requireIn(file);
        this.file = file;
        this.cells = cells;
        this.recorded = recorded;
        this.parser = parser;
        base = Provenance.builder().setBase(model).build().base();
        for (SweepFile.Task task : tasks()) {
            data.put(task.name(), new SweepData(task, folder, kind(task), !file.search()));
        }
        methods =
                file.methods().stream()
                        .filter(method -> cells.hasMethod(method.name()))
                        .map(this::planned)
                        .toList();
    }

    /** Returns the tasks whose data are needed: all, where a method has one rate for all. */
    private List<SweepFile.Task> tasks() {
        return file.joint() == null
                ? file.tasks()
                : file.tasks().stream().filter(task -> cells.hasTask(task.name())).toList();
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

    /** Tells whether a method runs with a seed, beside its trials. */
    boolean isRun(RunKey key) {
        return methods.stream()
                .anyMatch(
                        planned ->
                                planned.method().name().equals(key.method())
                                        && planned.seeds().contains(key.seed()));
    }

    /** Tells whether any task has test data. */
    boolean hasTests() {
        return data.values().stream().anyMatch(SweepData::hasTest);
    }

    /** A method with the setups of its tasks, and what chooses its learning rates. */
    private record Planned(
            SweepFile.Method method,
            List<Long> seeds,
            Map<String, RunSetup> setups,
            List<RateSearch> searches) {

        private List<SweepJob> runs(long seed) {
            return setups.entrySet().stream()
                    .map(
                            task ->
                                    new SweepJob(
                                            new RunKey(task.getKey(), method.name(), seed),
                                            task.getValue(),
                                            Optional.empty()))
                    .toList();
        }
    }

    private Planned planned(SweepFile.Method method) {
        Map<String, RunSetup> setups = new LinkedHashMap<>();
        for (SweepFile.Task task : tasks()) {
            setups.put(task.name(), setup(task, method));
        }
        return new Planned(method, file.seeds(method), setups, searches(method, setups));
    }

    /** Returns one search for all tasks or, where rates are tuned together, one for each. */
    private List<RateSearch> searches(SweepFile.Method method, Map<String, RunSetup> setups) {
        if (file.joint() == null) {
            Map<RunKey, RunSetup> keys = new LinkedHashMap<>();
            long seed = file.seeds(method).get(0);
            setups.forEach((task, setup) -> keys.put(new RunKey(task, method.name(), seed), setup));
            return List.of(
                    search(keys, new RateGrid(file.rates(), JointTuning.USUAL_HEAD_RATE), false));
        }
        List<RateSearch> searches = new ArrayList<>();
        setups.forEach(
                (task, setup) -> {
                    Map<RunKey, RunSetup> keys = new LinkedHashMap<>();
                    for (long seed : setup.joint().seeds()) {
                        keys.put(new RunKey(task, method.name(), seed), setup);
                    }
                    RateGrid grid = new RateGrid(file.rates(), setup.joint().headRates());
                    searches.add(search(keys, grid, true));
                });
        return searches;
    }

    private RateSearch search(Map<RunKey, RunSetup> keys, RateGrid grid, boolean joint) {
        return new RateSearch(keys, grid, joint, given(keys, grid));
    }

    private Optional<RateChoice> given(Map<RunKey, RunSetup> keys, RateGrid grid) {
        if (recorded.isPresent()) {
            return Optional.of(recorded.get().choice(keys));
        }
        List<Rates> rates = grid.rates();
        return rates.size() == 1 && !file.search()
                ? Optional.of(new RateChoice(rates.get(0), false))
                : Optional.empty();
    }

    /**
     * Lists the work, as far as results tell what trials are needed: for each method the trials on
     * all tasks and the runs with its first seed, then the second seed of all methods, and so on. A
     * search has no runs with the first seed. Trials on other tasks belong to it where they choose
     * the rates of a cell.
     */
    List<SweepJob> jobs(SweepState state) {
        List<SweepJob> jobs = new ArrayList<>();
        int rounds = methods.stream().mapToInt(method -> method.seeds().size()).max().orElseThrow();
        for (int round = 0; round < rounds; round++) {
            for (Planned method : methods) {
                if (round == 0) {
                    method.searches().forEach(search -> jobs.addAll(search.trials(state)));
                }
                if (round < method.seeds().size() && (round > 0 || !file.search())) {
                    method.runs(method.seeds().get(round)).stream()
                            .filter(job -> cells.hasTask(job.key().task()))
                            .forEach(jobs::add);
                }
            }
        }
        return List.copyOf(jobs);
    }

    /** Returns the search for the learning rates of a run. */
    RateSearch search(RunKey key) {
        return searches().stream().filter(search -> search.isFor(key)).findFirst().orElseThrow();
    }

    /** Returns the searches for the learning rates of the cells. */
    List<RateSearch> searches() {
        return methods.stream().flatMap(method -> method.searches().stream()).toList();
    }

    private RunSetup setup(SweepFile.Task task, SweepFile.Method method) {
        SweepData read = data.get(task.name());
        Map<String, Provenance.Source> sources = new LinkedHashMap<>();
        sources.put(RunSetup.TRAIN, read.trainSource());
        if (read.dev() != null) {
            sources.put(RunSetup.DEV, SweepData.source(read.dev()));
        }
        List<String> options = options(task, method);
        return new RunSetup(
                base,
                sources,
                file.heldOut(),
                options,
                file.rates(),
                file.precision() == Precision.BFLOAT16 ? Precision.BFLOAT16.toString() : null,
                file.joint() == null ? null : joint(task, options));
    }

    /** Returns how rates are tuned together: a method that trains only a head has one rate. */
    private JointTuning joint(SweepFile.Task task, List<String> options) {
        boolean head = parser.parse(options).method().equals(SweepRun.HEAD);
        List<Double> own = task.headRates() == null ? file.joint().headRates() : task.headRates();
        return new JointTuning(head ? JointTuning.USUAL_HEAD_RATE : own, file.joint().seeds());
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
