/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TimedCandidateTest {

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(TimedCandidate.median(3, 1, 2)).isEqualTo(2);
        assertThat(TimedCandidate.median(4, 1, 2, 3)).isEqualTo(2.5);
    }

    @Test
    void roundsToWarmUpDoNotCount() {
        TimedCandidate candidate = taking(100, 200, 3, 1, 2);
        TimedCandidate.interleave(List.of(candidate), 3, round -> {});
        assertThat(candidate.median()).isEqualTo(2);
        assertThat(candidate.min()).isEqualTo(1);
    }

    @Test
    void ratiosAreTakenWithinRounds() {
        TimedCandidate one = taking(0, 0, 2, 20, 200);
        TimedCandidate other = taking(0, 0, 1, 10, 400);
        TimedCandidate.interleave(List.of(one, other), 3, round -> {});
        assertThat(one.ratio(other)).isEqualTo(2);
        assertThat(one.ratio(one)).isEqualTo(1);
    }

    @Test
    void allTakeOneTurnInEveryRoundAndNoneAlwaysFollowsTheSame() {
        List<String> turns = new ArrayList<>();
        List<TimedCandidate> candidates =
                List.of(logging("a", turns), logging("b", turns), logging("c", turns));
        List<Integer> rounds = new ArrayList<>();
        TimedCandidate.interleave(
                candidates,
                10,
                round -> {
                    rounds.add(round);
                    turns.add("");
                });
        assertThat(rounds).hasSize(12).isSorted().startsWith(0);
        List<List<String>> orders = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            orders.add(turns.subList(4 * round + 1, 4 * round + 4));
        }
        assertThat(orders).allSatisfy(o -> assertThat(o).containsExactlyInAnyOrder("a", "b", "c"));
        assertThat(new HashSet<>(orders)).hasSizeGreaterThan(2);
    }

    private static TimedCandidate taking(double... seconds) {
        Iterator<Double> times = DoubleStream.of(seconds).iterator();
        return new TimedCandidate(times::next);
    }

    private static TimedCandidate logging(String name, List<String> turns) {
        return new TimedCandidate(
                () -> {
                    turns.add(name);
                    return 1;
                });
    }
}
