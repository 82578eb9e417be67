/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Checks before a sweep begins that it fits the results in its output folder. */
record SweepCheck(Sweep.Options options, SweepPlan plan) {

    /** Refuses results of other setups and tests without adapters; notes what is tested. */
    void results(SweepFolder folder) throws IOException {
        SweepState state = folder.state();
        List<SweepJob> jobs = plan.jobs(state);
        requireSameSetups(jobs, state);
        requireAdaptersToTest(folder, jobs, state);
        tellWhatIsTested(jobs, state);
    }

    /** Refuses to test without test data, and to run without data to be evaluated on. */
    void requireData() {
        if (options.test() && options.file().search()) {
            throw new IllegalArgumentException(
                    "A search for layouts opens no test data; leave --test out");
        }
        if (options.test() && !plan.hasTests()) {
            throw new IllegalArgumentException(
                    "No task has 'test', the test data that --test asks for");
        }
        if (!options.test() && !options.file().search()) {
            options.file().tasks().stream()
                    .filter(task -> options.cells().hasTask(task.name()))
                    .forEach(SweepCheck::requireDev);
        }
    }

    private static void requireDev(SweepFile.Task task) {
        if (task.dev() == null) {
            throw new IllegalArgumentException(
                    "The task '%s' has no 'dev', the development data; add them, or give --test"
                            .formatted(task.name()));
        }
    }

    private void requireSameSetups(List<SweepJob> jobs, SweepState state) throws IOException {
        for (SweepJob job : jobs) {
            Optional<RateTrial> trial = trial(job, state);
            if (trial.isPresent()) {
                requireSame(job, isOfThisSweep(trial.get(), job), "rates.jsonl");
            }
            Optional<RunResult> result = state.result(job.key());
            if (result.isPresent()) {
                boolean same = result.get().setup().withoutTest().equals(job.setup());
                requireSame(job, same && isThis(result.get().suite()), "runs.jsonl");
            }
        }
    }

    private void requireSame(SweepJob job, boolean same, String lines) throws IOException {
        if (!same) {
            throw new IOException(
                    ("Output '%s' holds a result of %s with another suite, model, precision, other"
                         + " data, options or rates; choose another folder, or take that line out"
                         + " of %s to do it again")
                            .formatted(options.output(), job.key(), lines));
        }
    }

    private Optional<RateTrial> trial(SweepJob job, SweepState state) {
        return job.isTrial() || options.file().search() ? state.trial(job) : Optional.empty();
    }

    private boolean isOfThisSweep(RateTrial trial, SweepJob job) {
        return trial.setup().equals(job.setup().ofTraining()) && isThis(trial.suite());
    }

    private boolean isThis(String suite) {
        return suite.equals(options.file().suite());
    }

    private void requireAdaptersToTest(SweepFolder folder, List<SweepJob> jobs, SweepState state)
            throws IOException {
        for (SweepJob job : jobs) {
            Optional<RunResult> result = state.result(job.key());
            if (result.isPresent()
                    && options.needsTest(plan, job, result.get())
                    && !result.get().isFrozen()
                    && !Files.isDirectory(folder.adapter(job.key()))) {
                throw new IOException(
                        ("The adapter of %s is not in '%s', so it can't be tested; adapters are"
                                        + " kept with --keep-adapters; take that line out of"
                                        + " runs.jsonl to train it again, or leave --test out")
                                .formatted(job.key(), options.output()));
            }
        }
    }

    private void tellWhatIsTested(List<SweepJob> jobs, SweepState state) {
        long tested =
                jobs.stream()
                        .filter(job -> !job.isTrial())
                        .filter(
                                job ->
                                        state.result(job.key())
                                                .filter(RunResult::isTested)
                                                .isPresent())
                        .count();
        if (options.test() && tested > 0) {
            options.listener()
                    .onNote(
                            "%d runs have been tested before and are not tested again, as test data"
                                            .formatted(tested)
                                    + " is used once");
        }
    }
}
