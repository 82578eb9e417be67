/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Methods;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void theRestIsForetoldFromWhatEachMethodTook() {
        // of 12.5 s each, two of the three runs that are left
        assertThat(
                        ComparisonClock.remaining(
                                List.of("a", "b", "a", "b"),
                                List.of(
                                        Comparisons.run("a", 1, 0.5),
                                        Comparisons.failed("b", 1, "no"))))
                .hasValue(25);
    }

    @Test
    void nothingIsForetoldBeforeTheFirstRun() {
        assertThat(ComparisonClock.remaining(List.of("a", "b"), List.of())).isEmpty();
        assertThat(
                        ComparisonClock.remaining(
                                List.of("a", "b"), List.of(Comparisons.failed("a", 1, "no"))))
                .isEmpty();
    }

    @Test
    void timesAreTextOfSuitableUnits() {
        assertThat(ComparisonClock.text(45.4)).isEqualTo("45 s");
        assertThat(ComparisonClock.text(600)).isEqualTo("10 min");
        assertThat(ComparisonClock.text(9000)).isEqualTo("2.5 h");
    }

    @Test
    void refusesNumbersThatMakeNoComparison() {
        assertThatThrownBy(() -> Comparison.builder().optSeeds(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The number of seeds must be at least 1, got 0");
        assertThatThrownBy(() -> Comparison.builder().optRounds(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The number of rounds must be at least 1, got 0");
        assertThatThrownBy(() -> Comparison.builder().setMethods(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no method");
        assertThatThrownBy(
                        () ->
                                Comparison.builder()
                                        .setMethods(Map.of("../x", Methods.defaultConfig("head"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../x' can't be the name");
    }
}
