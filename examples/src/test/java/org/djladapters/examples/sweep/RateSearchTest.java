/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class RateSearchTest {

    private static final RateGrid GRID =
            new RateGrid(List.of(0.5, 1.0, 2.0), List.of(0.5, 1.0, 2.0));

    private final List<RateTrial> ended = new ArrayList<>();

    private static RateSearch search(boolean joint, RunKey... keys) {
        Map<RunKey, RunSetup> setups = new LinkedHashMap<>();
        for (RunKey key : keys) {
            setups.put(key, Trials.SETUP);
        }
        return new RateSearch(setups, GRID, joint, Optional.empty());
    }

    private static RunKey seed(long seed) {
        return new RunKey("a", "LoRA", seed);
    }

    private SweepState state() {
        return SweepState.of(List.of(), ended);
    }

    /** Ends all trials that are needed, with values by seed and rates, NaN for a failure. */
    private List<SweepJob> end(RateSearch search, ToDoubleBiFunction<Long, Rates> values) {
        List<SweepJob> needed =
                search.trials(state()).stream()
                        .filter(job -> state().trial(job).isEmpty())
                        .toList();
        for (SweepJob job : needed) {
            Rates rates = job.rates().orElseThrow();
            double value = values.applyAsDouble(job.key().seed(), rates);
            ended.add(Trials.of(job.key(), rates, "f1", Double.isNaN(value) ? null : value));
        }
        return needed;
    }

    /** Ends all trials, and returns their number. */
    private int endAll(RateSearch search, ToDoubleBiFunction<Long, Rates> values) {
        while (!end(search, values).isEmpty()) {
            // more may be needed now
        }
        return ended.size();
    }

    /** A value that falls with the distance from rates. */
    private static ToDoubleBiFunction<Long, Rates> bestAt(double factor, double head) {
        return (seed, rates) ->
                1
                        - 0.10 * Math.abs(Math.log(rates.factor() / factor))
                        - 0.11 * Math.abs(Math.log(rates.headFactor() / head));
    }

    @Test
    void allRatesAreTriedWithTheFirstSeedAndTheFourBestOfThemWithTheOthers() {
        RateSearch search = search(true, seed(21), seed(22), seed(23));
        assertThat(end(search, bestAt(1, 1)))
                .hasSize(9)
                .allMatch(job -> job.key().equals(seed(21)));
        assertThat(search.choice(state())).isEmpty();

        List<SweepJob> others = end(search, bestAt(1, 1));
        assertThat(others).hasSize(8).noneMatch(job -> job.key().equals(seed(21)));
        assertThat(others.stream().map(job -> job.rates().orElseThrow()))
                .contains(new Rates(1, 1), new Rates(0.5, 1), new Rates(2, 1))
                .doesNotContain(new Rates(0.5, 0.5), new Rates(2, 2));
        assertThat(search.choice(state())).contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void theOtherSeedsDecideAmongTheBest() {
        RateSearch search = search(true, seed(21), seed(22));
        ToDoubleBiFunction<Long, Rates> first = bestAt(1, 1);
        ToDoubleBiFunction<Long, Rates> values =
                (seed, rates) ->
                        seed == 22 && rates.equals(new Rates(1, 1))
                                ? 0
                                : first.applyAsDouble(seed, rates);
        endAll(search, values);
        assertThat(search.choice(state())).contains(new RateChoice(new Rates(0.5, 1), false));
    }

    @Test
    void ratesThatFailWithTheFirstSeedAreNotTriedAgain() {
        RateSearch search = search(true, seed(21), seed(22));
        ToDoubleBiFunction<Long, Rates> values =
                (seed, rates) -> rates.factor() == 1 ? Double.NaN : 0.5;
        end(search, values);
        assertThat(end(search, values)).hasSize(4).noneMatch(job -> rate(job) == 1);
    }

    private static double rate(SweepJob job) {
        return job.rates().orElseThrow().factor();
    }

    @Test
    void theGridGrowsUntilTheBestOfAllSeedsAreAtNoEdge() {
        RateSearch search = search(true, seed(21), seed(22));
        int trials = endAll(search, bestAt(4, 1));
        assertThat(search.choice(state())).contains(new RateChoice(new Rates(4, 1), false));
        assertThat(trials).as("of 15 rates, with the best of each grid").isEqualTo(15 + 4 + 2 + 2);
    }

    @Test
    void trialsThatWereMadeWithOtherSeedsCount() {
        RateSearch search = search(true, seed(21), seed(22));
        GRID.rates().forEach(rates -> ended.add(Trials.of(seed(22), rates, "f1", 0.5)));
        assertThat(end(search, bestAt(1, 1))).hasSize(9);
        assertThat(search.trials(state())).hasSize(18);
        assertThat(search.choice(state())).contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void oneChoiceForAllTasksTriesAllRatesOnEach() {
        RateSearch search = search(false, new RunKey("a", "LoRA", 1), new RunKey("b", "LoRA", 1));
        assertThat(end(search, bestAt(9, 9))).hasSize(18);
        assertThat(search.choice(state())).contains(new RateChoice(new Rates(2, 2), true));
    }
}
