/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.data.LabelledData;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.task.Provenance;

/** Turns what a file declares into runs, which are checked before the first of them begins. */
final class SweepPlan {

    /** Options that the sweep itself decides. */
    private static final Set<String> DECIDED = Set.of("--learning-rate", "--seed", "--no-resume");

    /** Which examples are taken is the same for all methods and seeds. */
    private static final long SAMPLE_SEED = 0;

    private final SweepFile file;
    private final RunOptions.Parser parser;
    private final Map<String, Data> data = new LinkedHashMap<>();
    private final Map<String, Provenance> records = new LinkedHashMap<>();

    /**
     * Reads the data of all tasks.
     *
     * @param folder where paths of data begin
     */
    SweepPlan(SweepFile file, Path folder, ModelDirectory model, RunOptions.Parser parser)
            throws IOException {
        this.file = file;
        this.parser = parser;
        Provenance.Builder base = Provenance.builder().setBase(model);
        for (SweepFile.Task task : file.tasks()) {
            Data read =
                    new Data(train(task, folder), LabelledData.readDev(folder.resolve(task.dev())));
            data.put(task.name(), read);
            base.addData("train", read.train()).addData("dev", read.dev());
            records.put(task.name(), base.build());
        }
    }

    private static LabelledData train(SweepFile.Task task, Path folder) throws IOException {
        LabelledData all = LabelledData.readTrain(folder.resolve(task.train()));
        return task.examples() == null ? all : all.sample(task.examples(), SAMPLE_SEED);
    }

    /** The data of a task. */
    record Data(LabelledData train, LabelledData dev) {}

    Data data(RunKey key) {
        return data.get(key.task());
    }

    /**
     * Lists the runs: the first seed of all methods before the second of any.
     *
     * @throws IllegalArgumentException if options are not understood
     */
    List<PlannedRun> runs() {
        List<List<PlannedRun>> bySeed = new ArrayList<>();
        for (SweepFile.Method method : file.methods()) {
            for (SweepFile.Budget budget : method.budgets()) {
                for (SweepFile.Task task : file.tasks()) {
                    addSeeds(bySeed, task, method, budget);
                }
            }
        }
        return bySeed.stream().flatMap(List::stream).toList();
    }

    private void addSeeds(
            List<List<PlannedRun>> bySeed,
            SweepFile.Task task,
            SweepFile.Method method,
            SweepFile.Budget budget) {
        RunSetup setup = setup(task, method, budget);
        List<Long> seeds = file.seeds(method, budget);
        for (int i = 0; i < seeds.size(); i++) {
            RunKey key = new RunKey(task.name(), method.name(), budget.name(), seeds.get(i));
            if (i == 0) {
                check(key, setup.options());
            }
            if (bySeed.size() <= i) {
                bySeed.add(new ArrayList<>());
            }
            bySeed.get(i).add(new PlannedRun(key, setup, seeds.get(0)));
        }
    }

    private RunSetup setup(SweepFile.Task task, SweepFile.Method method, SweepFile.Budget budget) {
        Provenance record = records.get(task.name());
        String options =
                String.join(
                        " ", file.training(), task.training(), method.options(), budget.options());
        return new RunSetup(
                record.base(),
                record.data(),
                file.heldOut(),
                List.of(options.strip().split("\\s+")),
                SweepFile.learningRates(method, budget).stream()
                        .distinct()
                        .sorted(Comparator.naturalOrder())
                        .toList());
    }

    private void check(RunKey key, List<String> options) {
        Set<String> decided = new TreeSet<>(options);
        decided.retainAll(DECIDED);
        if (!decided.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s, %s; leave out %s, which the sweep sets"
                            .formatted(key.task(), key.label(), String.join(", ", decided)));
        }
        try {
            parser.parse(options).config();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s, %s: %s".formatted(key.task(), key.label(), e.getMessage()), e);
        }
    }
}
