/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;

/** Compares with the deviation over many drawn samples, which has an error of 1/√(2 · draws). */
class SamplingErrorTest {

    private static final int DRAWS = 4_000;
    private static final double TOLERANCE = 5 / Math.sqrt(2 * DRAWS);

    private static double deviation(ToDoubleFunction<Random> draw) {
        Random random = new Random(7);
        SummaryStatistics values = new SummaryStatistics();
        for (int i = 0; i < DRAWS; i++) {
            values.addValue(draw.applyAsDouble(random));
        }
        return values.getStandardDeviation();
    }

    private static double accuracy(Random random, int examples, double share) {
        return random.doubles(examples).filter(x -> x < share).count() / (double) examples;
    }

    private static double correlation(Random random, int examples, double r) {
        double[] x = random.doubles(examples).map(i -> random.nextGaussian()).toArray();
        double[] y = new double[examples];
        for (int i = 0; i < examples; i++) {
            y[i] = r * x[i] + Math.sqrt(1 - r * r) * random.nextGaussian();
        }
        return new PearsonsCorrelation().correlation(x, y);
    }

    /** The correlation of labels, 70 % of which are 1, with guesses, of which a share copies. */
    private static double matthews(Random random, int examples, double copied) {
        double[] labels = random.doubles(examples).map(x -> x < 0.7 ? 1 : 0).toArray();
        double[] guesses = random.doubles(examples).map(x -> x < 0.7 ? 1 : 0).toArray();
        for (int i = 0; i < examples; i++) {
            if (random.nextDouble() < copied) {
                guesses[i] = labels[i];
            }
        }
        return new PearsonsCorrelation().correlation(labels, guesses);
    }

    private static double error(String metric, double value, int examples) {
        return SamplingError.of(metric, value, examples).orElseThrow();
    }

    @Test
    void ofAShareItIsThatOfTheBinomialDistribution() {
        double drawn = deviation(random -> accuracy(random, 277, 0.55));

        assertThat(error("accuracy", 0.55, 277) / drawn).isEqualTo(1, within(TOLERANCE));
    }

    @Test
    void ofACorrelationItIsThatOfNormalValues() {
        double drawn = deviation(random -> correlation(random, 500, 0.84));

        // the formula holds for many examples: the next term is a share of 1/n
        assertThat(error("pearson", 0.84, 500) / drawn).isEqualTo(1, within(TOLERANCE));
    }

    @Test
    void ofMatthewsCorrelationItIsAboutThat() {
        double drawn = deviation(random -> matthews(random, 1_043, 0.2));

        assertThat(error("matthews", 0.2, 1_043) / drawn).isEqualTo(1, within(0.1));
    }

    @Test
    void otherMetricsAndSingleExamplesHaveNone() {
        assertThat(SamplingError.of("perplexity", 3, 100)).isEmpty();
        assertThat(SamplingError.of("accuracy", 0.5, 1)).isEmpty();
    }
}
