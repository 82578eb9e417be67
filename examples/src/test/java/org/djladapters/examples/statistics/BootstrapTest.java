/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.TDistribution;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final double EXACT = 1e-9;

    /** A task whose examples vary nothing, with the values of each method for the seeds 1, 2, … */
    private static PairedRuns constant(String task, double[]... methods) {
        return PairedRuns.of(task, Arrays.stream(methods).map(BootstrapTest::constant).toList());
    }

    private static Map<Long, Measurement> constant(double... values) {
        Map<Long, Measurement> runs = new TreeMap<>();
        for (int i = 0; i < values.length; i++) {
            double[] resampled = new double[Resamples.COUNT];
            Arrays.fill(resampled, values[i]);
            runs.put(i + 1L, new Measurement(values[i], resampled));
        }
        return runs;
    }

    /** Runs whose first examples are right, as many as given for each seed, of 400. */
    private static Map<Long, Measurement> right(Resamples resamples, int... right) {
        Map<Long, Measurement> runs = new TreeMap<>();
        for (int seed = 0; seed < right.length; seed++) {
            float[] hits = new float[400];
            Arrays.fill(hits, 0, right[seed], 1);
            ExampleOutputs outputs = ExampleOutputs.of(Kind.HITS, hits);
            runs.put(seed + 1L, Measurement.of(outputs, "accuracy", 100, resamples));
        }
        return runs;
    }

    @Test
    void theIntervalOfFewSeedsIsThatOfStudent() {
        // differences 1, 2 and 6: mean 3, standard error √(7 / 3), 2 degrees of freedom
        PairedRuns task = constant("a", new double[] {11, 12, 16}, new double[] {10, 10, 10});

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE);

        double error = Math.sqrt(7 / 3.0);
        double half = new TDistribution(2).inverseCumulativeProbability(0.975) * error;
        assertThat(estimate.value()).isEqualTo(3, within(EXACT));
        assertThat(estimate.error()).isEqualTo(error, within(0.1 * error));
        assertThat(estimate.high() - 3).isEqualTo(half, within(0.1 * half));
        assertThat(3 - estimate.low()).isEqualTo(half, within(0.1 * half));
        assertThat(estimate.seeds()).isEqualTo(3);
    }

    @Test
    void whatASeedDoesToBothMethodsIsNoDifference() {
        PairedRuns task = constant("a", new double[] {11, 52, 93}, new double[] {10, 51, 92});

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE);

        assertThat(estimate.low()).isEqualTo(1, within(EXACT));
        assertThat(estimate.high()).isEqualTo(1, within(EXACT));
        assertThat(Verdict.of(estimate)).isEqualTo(Verdict.ABOVE);
    }

    @Test
    void theIntervalOfAShareOfExamplesIsTheBinomialOne() {
        Resamples resamples = new Resamples("a", 400);
        PairedRuns task = PairedRuns.of("a", List.of(right(resamples, 300, 300)));

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.MEAN);

        // √(0.75 · 0.25 / 400) in percent
        double error = 100 * Math.sqrt(0.75 * 0.25 / 400);
        assertThat(estimate.value()).isEqualTo(75, within(EXACT));
        assertThat(estimate.error()).isEqualTo(error, within(0.07 * error));
        assertThat(estimate.high() - 75).isEqualTo(1.96 * error, within(0.15 * error));
    }

    @Test
    void aMeanOverExamplesHasTheResamplesOfItsTask() {
        float[] hits = new float[400];
        double[] values = new double[400];
        Arrays.fill(hits, 0, 300, 1);
        Arrays.fill(values, 0, 300, 1);
        Measurement expected =
                Measurement.of(
                        ExampleOutputs.of(Kind.HITS, hits), "accuracy", 1, new Resamples("a", 400));

        Measurement mean = Measurement.ofMean("a", values);

        assertThat(mean.value()).isEqualTo(0.75);
        for (int i = 0; i < Resamples.COUNT; i++) {
            assertThat(mean.resampled(i)).isEqualTo(expected.resampled(i), within(EXACT));
        }
    }

    @Test
    void onlyExamplesOnWhichMethodsDifferMakeTheirDifferenceUncertain() {
        Resamples resamples = new Resamples("a", 400);
        PairedRuns task =
                PairedRuns.of("a", List.of(right(resamples, 304, 304), right(resamples, 300, 300)));

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE);

        // 1 % of the examples differ: √(0.01 · 0.99 / 400)
        assertThat(estimate.error()).isEqualTo(100 * Math.sqrt(0.0099 / 400), within(0.05));
        assertThat(estimate.low()).isPositive();
    }

    @Test
    void tasksVaryIndependently() {
        PairedRuns first = constant("a", new double[] {11, 12, 16}, new double[] {10, 10, 10});
        PairedRuns second = constant("b", new double[] {11, 12, 16}, new double[] {10, 10, 10});

        Estimate estimate = Bootstrap.estimate(List.of(first, second), Statistic.DIFFERENCE);

        // half the variance, and 4 degrees of freedom
        double error = Math.sqrt(7 / 3.0 / 2);
        double half = new TDistribution(4).inverseCumulativeProbability(0.975) * error;
        assertThat(estimate.error()).isEqualTo(error, within(0.1 * error));
        assertThat(estimate.high() - 3).isEqualTo(half, within(0.1 * half));
    }

    @Test
    void sharesAreRatiosOfMeans() {
        PairedRuns task =
                constant("a", new double[] {80, 82}, new double[] {84, 86}, new double[] {65, 65});

        Estimate score = Bootstrap.estimate(List.of(task), Statistic.SCORE_SHARE);
        Estimate gain = Bootstrap.estimate(List.of(task), Statistic.GAIN_SHARE);

        assertThat(score.value()).isEqualTo(100 * 81 / 85.0, within(EXACT));
        assertThat(gain.value()).isEqualTo(100 * 16 / 20.0, within(EXACT));
        assertThat(gain.low()).isLessThan(80);
        assertThat(gain.high()).isGreaterThan(80);
    }

    @Test
    void onlySeedsThatAllMethodsHaveArePaired() {
        PairedRuns task =
                constant("a", new double[] {11, 12, 13, 50, 60}, new double[] {10, 11, 12});

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE);

        assertThat(estimate.value()).isEqualTo(1, within(EXACT));
        assertThat(estimate.seeds()).isEqualTo(3);
    }

    @Test
    void withOneSeedNothingIsDecided() {
        PairedRuns task = constant("a", new double[] {90}, new double[] {10});

        Estimate estimate = Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE);

        assertThat(estimate.coversSeeds()).isFalse();
        assertThat(Verdict.of(estimate)).isEqualTo(Verdict.ONE_SEED);
        assertThat(Verdict.ONE_SEED.words()).isEqualTo("undecided: one seed");
    }

    @Test
    void aTaskWithOneSeedLeavesTheMeanUndecided() {
        PairedRuns first = constant("a", new double[] {90, 91}, new double[] {10, 11});
        PairedRuns second = constant("b", new double[] {90}, new double[] {10});

        assertThat(Verdict.of(Bootstrap.estimate(List.of(first, second), Statistic.DIFFERENCE)))
                .isEqualTo(Verdict.ONE_SEED);
    }

    @Test
    void anIntervalThatContainsZeroIsUndecided() {
        assertThat(Verdict.of(new Estimate(1, -0.1, 2, 1, 3))).isEqualTo(Verdict.UNDECIDED);
        assertThat(Verdict.of(new Estimate(1, 0.1, 2, 1, 3))).isEqualTo(Verdict.ABOVE);
        assertThat(Verdict.of(new Estimate(-1, -2, -0.1, 1, 3))).isEqualTo(Verdict.BELOW);
    }

    @Test
    void theSameRunsGiveTheSameInterval() {
        Resamples resamples = new Resamples("a", 400);
        Map<Long, Measurement> runs = right(resamples, 300, 310, 290);

        assertThat(Bootstrap.estimate(List.of(PairedRuns.of("a", List.of(runs))), Statistic.MEAN))
                .isEqualTo(
                        Bootstrap.estimate(
                                List.of(
                                        PairedRuns.of(
                                                "a",
                                                List.of(
                                                        right(
                                                                new Resamples("a", 400),
                                                                300,
                                                                310,
                                                                290)))),
                                Statistic.MEAN));
    }

    @Test
    void methodsWithoutACommonSeedCantBeCompared() {
        PairedRuns task = PairedRuns.of("a", List.of(constant(1, 2), Map.<Long, Measurement>of()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.estimate(List.of(task), Statistic.DIFFERENCE))
                .withMessage(
                        "Methods can be compared only on tasks for which they have a seed in"
                                + " common");
    }
}
