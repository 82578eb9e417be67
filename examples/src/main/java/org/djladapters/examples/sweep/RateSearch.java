/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trials that choose learning rates of a method: one choice for all tasks, or for each task one
 * of its own.
 *
 * @param keys the runs that trials are made for, each with the setup of its task
 * @param first the rates that are tried first
 * @param grows whether others follow, until the best are at no edge
 * @param only the rates if there is nothing to choose
 */
record RateSearch(Map<RunKey, RunSetup> keys, RateGrid first, boolean grows, Optional<Rates> only) {

    /** Tells whether a run or a trial is of this method, and of one of these tasks. */
    boolean isFor(RunKey key) {
        return keys.keySet().stream()
                .anyMatch(
                        own -> own.method().equals(key.method()) && own.task().equals(key.task()));
    }

    /** Returns the trials that are needed, as far as results tell; none if there is no choice. */
    List<SweepJob> trials(SweepState state) {
        RateGrid grid = first;
        List<SweepJob> trials = trials(grid);
        Optional<RateChoice> best = choice(trials, state);
        while (grows && best.isPresent() && !grid.grown(best.get().rates()).equals(grid)) {
            grid = grid.grown(best.get().rates());
            trials = trials(grid);
            best = choice(trials, state);
        }
        return trials;
    }

    private List<SweepJob> trials(RateGrid grid) {
        if (only.isPresent()) {
            return List.of();
        }
        return keys.entrySet().stream()
                .flatMap(
                        key ->
                                grid.rates().stream()
                                        .map(rates -> trial(key.getKey(), key.getValue(), rates)))
                .toList();
    }

    private static SweepJob trial(RunKey key, RunSetup setup, Rates rates) {
        return new SweepJob(key, setup, Optional.of(rates));
    }

    /** Returns the choice; empty until all trials have ended, or if no rates work. */
    Optional<RateChoice> choice(SweepState state) {
        return only.isPresent()
                ? Optional.of(new RateChoice(only.get(), false))
                : choice(trials(state), state);
    }

    private static Optional<RateChoice> choice(List<SweepJob> trials, SweepState state) {
        List<RateTrial> ended = state.trialsOf(trials);
        return ended.size() < trials.size() ? Optional.empty() : RateChoice.of(ended);
    }
}
