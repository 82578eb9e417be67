/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The learning rates of recorded runs, with which they are repeated without trials.
 *
 * @param file the {@code runs.jsonl} that has the runs
 * @param suite the sweep that is repeated
 */
record RecordedRates(Path file, String suite, List<RunResult> runs) {

    /** Reads the runs of a file; those that failed have no rates. */
    static RecordedRates read(Path file, SweepFile sweep) throws IOException {
        if (sweep.search()) {
            throw new IllegalArgumentException(
                    "A search for layouts tries rates itself; leave --rates out");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No file '%s' of recorded runs; give the runs.jsonl of a sweep"
                            .formatted(file));
        }
        SweepState state = SweepState.of(RunResult.lines(file).read(), List.of());
        return new RecordedRates(
                file,
                sweep.suite(),
                state.results().stream().filter(run -> !run.isFailed()).toList());
    }

    /**
     * Returns the rates that runs of a method on some tasks had.
     *
     * @param cells these tasks and the method, with their setups
     * @throws IllegalArgumentException if there are no such runs, or not of these setups or with
     *     the same rates
     */
    RateChoice choice(Map<RunKey, RunSetup> cells) {
        Set<RateChoice> choices = new HashSet<>();
        cells.forEach(
                (cell, setup) ->
                        runsOf(cell).forEach(run -> choices.add(checkedChoice(run, setup))));
        RunKey first = cells.keySet().iterator().next();
        if (choices.isEmpty()) {
            throw refused(
                    "no run of " + first.task() + ", " + first.method(),
                    "give the runs.jsonl of this sweep");
        }
        if (choices.size() > 1) {
            throw refused(
                    "runs of " + first.method() + " with different rates",
                    "take the lines that do not count out of it");
        }
        return choices.iterator().next();
    }

    private List<RunResult> runsOf(RunKey cell) {
        return runs.stream()
                .filter(
                        run ->
                                run.key().task().equals(cell.task())
                                        && run.key().method().equals(cell.method()))
                .toList();
    }

    private RateChoice checkedChoice(RunResult run, RunSetup setup) {
        if (!run.suite().equals(suite) || !setup.sharesRatesOf(run.setup())) {
            throw refused(
                    "a run of %s with another suite, model, other data, options or rates"
                            .formatted(run.key()),
                    "give the runs.jsonl of this sweep");
        }
        return new RateChoice(run.rates(), run.rateAtEdge());
    }

    private IllegalArgumentException refused(String what, String advice) {
        return new IllegalArgumentException(
                "'%s' holds %s; %s, or leave --rates out".formatted(file, what, advice));
    }
}
