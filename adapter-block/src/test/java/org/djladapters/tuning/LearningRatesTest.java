/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.Test;

class LearningRatesTest {

    @Test
    void risesThenFalls() {
        Tracker rate = LearningRates.warmUpThenDecay(1, 10, 0.2);

        assertThat(rate.getNewValue(1)).isCloseTo(0.5f, within(1e-6f));
        for (int t = 2; t <= 10; t++) {
            assertThat(rate.getNewValue(t)).as("step " + t).isCloseTo((11 - t) / 9f, within(1e-6f));
        }
        assertThat(rate.getNewValue(12)).isCloseTo(0, within(1e-6f));
    }

    @Test
    void usuallyRisesOverSixPercent() {
        Tracker rate = LearningRates.warmUpThenDecay(0.01f, 1000);

        assertThat(rate.getNewValue(30)).isCloseTo(0.005f, within(1e-8f));
        assertThat(rate.getNewValue(60)).isCloseTo(0.01f, within(1e-8f));
        assertThat(rate.getNewValue(61)).isLessThan(0.01f);
        assertThat(rate.getNewValue(1000)).isPositive().isLessThan(0.0001f);
    }

    @Test
    void noStepOfAShortRunIsWasted() {
        for (int steps = 1; steps < 20; steps++) {
            for (double warmUp : new double[] {0, 0.06, 0.5, 1}) {
                Tracker rate = LearningRates.warmUpThenDecay(0.1f, steps, warmUp);
                for (int t = 1; t <= steps; t++) {
                    assertThat(rate.getNewValue(t)).isPositive().isLessThanOrEqualTo(0.1f);
                }
            }
        }
    }

    @Test
    void refusesRatesAndStepsThatMakeNoSense() {
        assertThatThrownBy(() -> LearningRates.warmUpThenDecay(0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be positive");
        assertThatThrownBy(() -> LearningRates.warmUpThenDecay(Float.NaN, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LearningRates.warmUpThenDecay(1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LearningRates.warmUpThenDecay(1, 10, 1.5))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
