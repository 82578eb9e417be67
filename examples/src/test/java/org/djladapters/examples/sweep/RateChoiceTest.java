/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateChoiceTest {

    private final List<RateTrial> trials = new ArrayList<>();

    private void tried(String task, double factor, String metric, Double value) {
        tried(new RunKey(task, "LoRA", 1), new Rates(factor, 1), metric, value);
    }

    private void tried(RunKey key, Rates rates, String metric, Double value) {
        trials.add(Trials.of(key, rates, metric, value));
    }

    private void tried(String task, double factor, Double value) {
        tried(task, factor, "accuracy", value);
    }

    @Test
    void theFactorWithTheBestMeanOverTheTasksIsChosen() {
        tried("a", 0.5, 0.9);
        tried("b", 0.5, 0.1);
        tried("a", 1, 0.7);
        tried("b", 1, 0.6);
        tried("a", 2, 0.6);
        tried("b", 2, 0.65);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void aChoiceAtTheEndOfTheGridIsSaidToBeAtItsEdge() {
        tried("a", 0.5, 0.5);
        tried("a", 1, 0.6);
        tried("a", 2, 0.7);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(2, 1), true));
    }

    @Test
    void theOnlyFactorIsAtNoEdge() {
        tried("a", 3, 0.5);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(3, 1), false));
    }

    @Test
    void ofEqualFactorsThatClosestToOneIsChosen() {
        tried("a", 0.5, 0.5);
        tried("a", 1, 0.5);
        tried("a", 2, 0.5);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void ofEqualFactorsThatAreEquallyCloseTheLowerOneIsChosen() {
        tried("a", 2, 0.5);
        tried("a", 0.5, 0.5);
        tried("a", 1, 0.4);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(0.5, 1), true));
    }

    @Test
    void sumsThatAreEqualButForRoundingAreEqual() {
        tried("a", 1, 0.74);
        tried("b", 1, 118 / 150.0);
        tried("a", 2, 0.76);
        tried("b", 2, 115 / 150.0);
        assertThat(0.76 + 115 / 150.0).isGreaterThan(0.74 + 118 / 150.0);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(1, 1), true));
    }

    @Test
    void lessPerplexityIsBetter() {
        tried("a", 0.5, "perplexity", 8.0);
        tried("a", 1, "perplexity", 4.0);
        tried("a", 2, "perplexity", 5.0);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void aFactorThatFailsForATaskIsOut() {
        tried("a", 0.5, 0.5);
        tried("b", 0.5, 0.5);
        tried("a", 1, 0.6);
        tried("b", 1, 0.6);
        tried("a", 2, 0.9);
        tried("b", 2, null);
        assertThat(RateChoice.of(trials))
                .as("the larger one was tried, so this is not at the edge")
                .contains(new RateChoice(new Rates(1, 1), false));
    }

    @Test
    void aTaskForWhichAllFactorsFailHasNoSay() {
        tried("a", 0.5, 0.5);
        tried("b", 0.5, null);
        tried("a", 1, 0.4);
        tried("b", 1, null);
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(0.5, 1), true));
    }

    @Test
    void whereNoFactorWorksForAllTasksThereIsNoChoice() {
        tried("a", 0.5, null);
        tried("b", 0.5, 0.5);
        tried("a", 1, 0.5);
        tried("b", 1, null);
        assertThat(RateChoice.of(trials)).isEmpty();
        assertThat(RateChoice.of(List.of())).isEmpty();
    }

    @Test
    void ratesOfAdapterAndHeadAreChosenTogetherByTheMeanOfSeeds() {
        for (long seed = 1; seed <= 2; seed++) {
            RunKey key = new RunKey("a", "LoRA", seed);
            tried(key, new Rates(1, 1), "accuracy", 0.8);
            tried(key, new Rates(1, 2), "accuracy", seed == 1 ? 0.7 : 0.95);
            tried(key, new Rates(2, 1), "accuracy", seed == 1 ? 0.9 : 0.6);
            tried(key, new Rates(2, 2), "accuracy", 0.5);
        }
        assertThat(RateChoice.of(trials)).contains(new RateChoice(new Rates(1, 2), true));
    }
}
