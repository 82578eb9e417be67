/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.djladapters.examples.statistics.RandomTasks.Interval;
import org.junit.jupiter.api.Test;

class RandomTasksTest {

    private static final double EXACT = 1e-9;

    /** The 97.5 % point of Student's t with 2 degrees of freedom, of tables. */
    private static final double T_2 = 4.302653;

    @Test
    void theDifferenceHasTheIntervalOfAMeanOverTasks() {
        // differences 1, 2 and 6: mean 3, standard error √(7 / 3)
        RandomTasks tasks = new RandomTasks(new double[] {61, 72, 86}, new double[] {60, 70, 80});
        Interval difference = tasks.difference();
        double half = T_2 * Math.sqrt(7 / 3.0);
        assertThat(difference.value()).isEqualTo(3, within(EXACT));
        assertThat(difference.low()).isEqualTo(3 - half, within(1e-5));
        assertThat(difference.high()).isEqualTo(3 + half, within(1e-5));
        assertThat(tasks.differencesWithoutOne()).containsExactly(new double[] {4, 3.5, 1.5});
    }

    @Test
    void aMethodThatHasAlwaysTheSameShareHasNoUncertainty() {
        Interval share =
                new RandomTasks(new double[] {45, 63, 72}, new double[] {50, 70, 80}).share();
        assertThat(share.value()).isEqualTo(90, within(EXACT));
        assertThat(share.high() - share.low()).isEqualTo(0, within(1e-6));
    }

    @Test
    void aMethodComesWithinAMarginIfItsWholeIntervalDoes() {
        double[] second = {50, 70, 80};
        assertThat(new RandomTasks(new double[] {49.8, 69.7, 79.7}, second).comesWithin(1))
                .hasValue(true);
        assertThat(new RandomTasks(new double[] {45, 63, 72}, second).comesWithin(1))
                .hasValue(false);
        assertThat(new RandomTasks(new double[] {45, 75, 80}, second).comesWithin(1)).isEmpty();
    }

    @Test
    void theIntervalsOfTheShareCoverItAndAFurtherTaskAsOftenAsTheySay() {
        Random random = new Random(5);
        int covered = 0;
        int coveredOnOne = 0;
        int rounds = 2_000;
        for (int round = 0; round < rounds; round++) {
            double[] second = random.doubles(8, 40, 90).toArray();
            double[] first =
                    Arrays.stream(second).map(y -> 0.97 * y + random.nextGaussian()).toArray();
            RandomTasks tasks = new RandomTasks(first, second);
            Interval share = tasks.share();
            covered += share.low() <= 97 && share.high() >= 97 ? 1 : 0;
            Interval one = tasks.shareOnOne();
            double mean = Arrays.stream(second).average().orElseThrow();
            double further = 97 + 100 * random.nextGaussian() / mean;
            coveredOnOne += one.low() <= further && one.high() >= further ? 1 : 0;
        }
        // five standard errors of a share of 0.95 in 2,000 rounds are 0.024
        assertThat(covered / (double) rounds).isBetween(0.925, 0.975);
        assertThat(coveredOnOne / (double) rounds).isBetween(0.925, 0.975);
    }

    @Test
    void oneTaskIsNoSample() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomTasks(new double[] {1}, new double[] {1}))
                .withMessageContaining("two or more tasks");
    }
}
