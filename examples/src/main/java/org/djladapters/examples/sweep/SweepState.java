/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The results of a sweep so far. */
final class SweepState {

    private final Map<RunKey, RunResult> results = new LinkedHashMap<>();
    private final Map<RunKey, Map<Rates, RateTrial>> trials = new LinkedHashMap<>();

    private SweepState() {}

    /** Sorts lines; the last one of each run and of each trial counts. */
    static SweepState of(List<RunResult> runs, List<RateTrial> tried) {
        SweepState state = new SweepState();
        runs.forEach(result -> state.results.put(result.key(), result));
        tried.forEach(
                trial ->
                        state.trials
                                .computeIfAbsent(trial.key(), key -> new LinkedHashMap<>())
                                .put(trial.rates(), trial));
        return state;
    }

    List<RunResult> results() {
        return List.copyOf(results.values());
    }

    List<RateTrial> trials() {
        return trials.values().stream().flatMap(tried -> tried.values().stream()).toList();
    }

    Optional<RunResult> result(RunKey key) {
        return Optional.ofNullable(results.get(key));
    }

    /** Returns the result of a trial; for a run, the last trial, which a search makes for it. */
    Optional<RateTrial> trial(SweepJob job) {
        Map<Rates, RateTrial> tried = trials.getOrDefault(job.key(), Map.of());
        return job.isTrial()
                ? Optional.ofNullable(tried.get(job.rates().get()))
                : tried.values().stream().reduce((first, last) -> last);
    }

    List<RateTrial> trialsOf(List<SweepJob> jobs) {
        return jobs.stream().flatMap(job -> trial(job).stream()).toList();
    }
}
