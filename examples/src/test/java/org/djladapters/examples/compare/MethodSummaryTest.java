/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MethodSummaryTest {

    @Test
    void givesMeanAndSampleDeviationOfTheSeeds() {
        MethodSummary summary = summary(run(1, 0.7), run(2, 0.8), run(3, 0.6));
        assertThat(summary.values()).containsExactly(0.7, 0.8, 0.6);
        // the mean of few numbers is exact to rounding
        assertThat(summary.mean()).isEqualTo(0.7, within(1e-12));
        assertThat(summary.deviation()).isEqualTo(0.1, within(1e-12));
        assertThat(summary.adapterParameters()).isEqualTo(4536);
        assertThat(summary.fileBytes()).isEqualTo(35_152);
    }

    @Test
    void aSingleSeedHasNoDeviation() {
        assertThat(summary(run(1, 0.7)).deviation()).isNaN();
    }

    @Test
    void runsThatFailedDoNotCountButAreTold() {
        MethodSummary summary =
                summary(run(1, 0.7), Comparisons.failed("lora", 2, "too high"), run(3, 0.9));
        assertThat(summary.mean()).isEqualTo(0.8, within(1e-12));
        assertThat(summary.failures()).containsExactly("too high");
    }

    @Test
    void aMethodOfWhichAllRunsFailedHasNoNumbers() {
        MethodSummary summary = summary(Comparisons.failed("lora", 1, "no such layer"));
        assertThat(summary.values()).isEmpty();
        assertThat(summary.mean()).isNaN();
        assertThat(summary.stepTime()).isEmpty();
        assertThat(summary.peakMemory()).isEmpty();
    }

    @Test
    void peakMemoryIsTheSmallestOfTheRuns() {
        MethodSummary summary =
                summary(
                        Comparisons.run("lora", 1, 0.7, 900L),
                        Comparisons.run("lora", 2, 0.7, 800L),
                        Comparisons.run("lora", 3, 0.7, null));
        assertThat(summary.peakMemory()).hasValue(800);
    }

    private static ComparisonRun run(long seed, double accuracy) {
        return Comparisons.run("lora", seed, accuracy);
    }

    private static MethodSummary summary(ComparisonRun... runs) {
        return MethodSummary.of(
                "lora",
                "lora()",
                "accuracy",
                List.of(runs),
                OptionalDouble.of(1.5),
                Optional.empty());
    }
}
