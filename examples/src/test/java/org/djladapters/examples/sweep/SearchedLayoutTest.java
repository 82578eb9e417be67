/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchedLayoutTest {

    private static List<RateTrial> trials(String method, double... values) {
        List<RateTrial> trials = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            RunKey key = new RunKey("task " + i % 2, method, 1 + i / 2);
            trials.add(Trials.of(key, new Rates(1, 1), "accuracy", values[i]));
        }
        return trials;
    }

    @Test
    void isComparedWithTheFirstInPairsOfTaskAndSeed() {
        List<RateTrial> first = trials("first", 0.5, 0.8, 0.6, 0.7);
        SearchedLayout layout = SearchedLayout.of("b", trials("b", 0.51, 0.83, 0.62, 0.76), first);
        assertThat(layout.difference()).isCloseTo(0.03, within(1e-12)); // of 1, 3, 2, 6 points
        // their deviation is sqrt(14 / 3) points; Student's quantile for 3 is 3.182446
        assertThat(layout.uncertainty())
                .isCloseTo(3.182446 * Math.sqrt(14 / 3.0) / 2 / 100, within(1e-8));
        assertThat(layout.toString())
                .endsWith("; +0.0300 ± 0.0344 (95 % interval) against the first");
    }

    @Test
    void oneSeedTellsNoInterval() {
        SearchedLayout layout =
                SearchedLayout.of("b", trials("b", 0.5, 0.9), trials("first", 0.5, 0.8));
        assertThat(layout.uncertainty()).isNaN();
        assertThat(layout.toString()).doesNotContain("±");
    }

    @Test
    void theFirstIsNotComparedWithItself() {
        List<RateTrial> first = trials("first", 0.5, 0.8, 0.6, 0.7);
        assertThat(SearchedLayout.of("first", first, first).toString()).doesNotContain("±");
    }
}
