/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The trials that choose learning rates of a method: one choice for all tasks or, where rates are
 * tuned together, for one task. In the second case all rates are tried with the first seed, and the
 * best of them with the others as well; more rates follow until the best are at no edge.
 *
 * @param keys the runs that trials are made for, each with the setup of its task, in their order
 * @param first the rates that are tried first
 * @param joint whether rates are tuned together
 * @param given the choice if it is made already: the only rates, or those of recorded runs
 */
record RateSearch(
        Map<RunKey, RunSetup> keys, RateGrid first, boolean joint, Optional<RateChoice> given) {

    /** How many rates are tried with all seeds: the best with the first one. */
    private static final int FINALISTS = 4;

    /** Tells whether a run or a trial is of this method, and of one of these tasks. */
    boolean isFor(RunKey key) {
        return keys.keySet().stream()
                .anyMatch(
                        own -> own.method().equals(key.method()) && own.task().equals(key.task()));
    }

    /** Returns the trials that are needed, as far as results tell; none if there is no choice. */
    List<SweepJob> trials(SweepState state) {
        if (given.isPresent()) {
            return List.of();
        }
        return joint ? jointTrials(first, state) : trials(first);
    }

    private List<SweepJob> jointTrials(RateGrid grid, SweepState state) {
        List<SweepJob> trials = trialsOfSeeds(grid, state);
        return choice(trials, state)
                .map(best -> grid.grown(best.rates()))
                .filter(grown -> !grown.equals(grid))
                .map(grown -> jointTrials(grown, state))
                .orElse(trials);
    }

    /** With other seeds than the first, trials that have been made count as well. */
    private List<SweepJob> trialsOfSeeds(RateGrid grid, SweepState state) {
        RunKey firstSeed = keys.keySet().iterator().next();
        List<SweepJob> all = trials(grid);
        Set<Rates> finalists =
                finalists(all.stream().filter(job -> job.key().equals(firstSeed)).toList(), state);
        return all.stream()
                .filter(
                        job ->
                                job.key().equals(firstSeed)
                                        || finalists.contains(job.rates().get())
                                        || state.trial(job).isPresent())
                .toList();
    }

    /** Returns the best rates of trials; none until all have ended. */
    private static Set<Rates> finalists(List<SweepJob> trials, SweepState state) {
        List<RateTrial> ended = state.trialsOf(trials);
        return ended.size() < trials.size()
                ? Set.of()
                : RateChoice.ranked(ended).stream().limit(FINALISTS).collect(Collectors.toSet());
    }

    private List<SweepJob> trials(RateGrid grid) {
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
        return given.isPresent() ? given : choice(trials(state), state);
    }

    private static Optional<RateChoice> choice(List<SweepJob> trials, SweepState state) {
        List<RateTrial> ended = state.trialsOf(trials);
        return ended.size() < trials.size() ? Optional.empty() : RateChoice.of(ended);
    }
}
