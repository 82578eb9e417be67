/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares with the numbers that transformers' logits processors give for the same logits. */
class TokenSamplerTest {

    private static final float NONE = Float.NEGATIVE_INFINITY;
    private static final float[] LOGITS = {2.5f, -1, 0.5f, 2.5f, -0.25f, 1.75f, 0, -3};
    private static final int[] TEXT = {0, 4, 4, 2};

    /** The numbers below are rounded to six digits after the point. */
    private static final float TOLERANCE = 1e-6f;

    private static void assertScores(GenerationOptions.Builder options, float... expected) {
        float[] scores = new TokenSampler(options.build(), 0).scores(LOGITS, TEXT);
        assertThat(scores).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] == NONE) {
                assertThat(scores[i]).isEqualTo(NONE);
            } else {
                assertThat(scores[i]).isEqualTo(expected[i], within(TOLERANCE));
            }
        }
    }

    private static GenerationOptions.Builder drawn() {
        return GenerationOptions.builder().optTemperature(1);
    }

    @Test
    void penalizesWhatTheTextHasOnce() {
        assertScores(
                GenerationOptions.builder().optRepetitionPenalty(1.3),
                1.923077f,
                -1,
                0.384615f,
                2.5f,
                -0.325f,
                1.75f,
                0,
                -3);
    }

    @Test
    void dividesByTheTemperature() {
        assertScores(
                GenerationOptions.builder().optTemperature(0.7),
                3.571429f,
                -1.428571f,
                0.714286f,
                3.571429f,
                -0.357143f,
                2.5f,
                0,
                -4.285714f);
    }

    @Test
    void keepsTheLargestAndTheirEquals() {
        assertScores(drawn().optTopK(3), 2.5f, NONE, NONE, 2.5f, NONE, 1.75f, NONE, NONE);
        assertScores(drawn().optTopK(1), 2.5f, NONE, NONE, 2.5f, NONE, NONE, NONE, NONE);
        assertScores(drawn().optTopK(100), LOGITS);
    }

    @Test
    void keepsTheFewestThatHaveTheProbability() {
        assertScores(drawn().optTopP(0.8), 2.5f, NONE, NONE, 2.5f, NONE, 1.75f, NONE, NONE);
        assertScores(drawn().optTopP(0.01), NONE, NONE, NONE, 2.5f, NONE, NONE, NONE, NONE);
        assertScores(drawn().optTopP(1), LOGITS);
    }

    @Test
    void doesAllInTheirOrder() {
        assertScores(
                GenerationOptions.builder()
                        .optRepetitionPenalty(1.3)
                        .optTemperature(0.7)
                        .optTopK(5)
                        .optTopP(0.9),
                2.747253f,
                NONE,
                NONE,
                3.571429f,
                NONE,
                2.5f,
                NONE,
                NONE);
    }

    @Test
    void drawsByTheProbabilities() {
        float[] logits = {0, (float) Math.log(2), (float) Math.log(5), NONE};
        TokenSampler sampler = new TokenSampler(drawn().build(), 0);
        int count = 20_000;
        int[] drawn = new int[4];
        IntStream.range(0, count).forEach(i -> drawn[sampler.choose(logits)]++);
        double[] expected = {1 / 8.0, 2 / 8.0, 5 / 8.0, 0};
        for (int token = 0; token < 4; token++) {
            double p = expected[token];
            // five standard deviations
            double tolerance = 5 * Math.sqrt(p * (1 - p) / count) + 1e-9;
            assertThat(drawn[token] / (double) count).isEqualTo(p, within(tolerance));
        }
    }

    @Test
    void theSameSeedDrawsTheSameAndEachPlaceItsOwn() {
        assertThat(draws(7, 0)).isEqualTo(draws(7, 0));
        assertThat(draws(7, 0)).isNotEqualTo(draws(7, 1)).isNotEqualTo(draws(8, 0));
    }

    private static int[] draws(long seed, int place) {
        TokenSampler sampler = new TokenSampler(drawn().optSeed(seed).build(), place);
        return IntStream.range(0, 30).map(i -> sampler.choose(LOGITS)).toArray();
    }

    @Test
    void leavesTheLogitsAlone() {
        float[] logits = LOGITS.clone();
        new TokenSampler(drawn().optRepetitionPenalty(2).optTopK(2).build(), 0)
                .choose(logits, TEXT);
        assertThat(Arrays.equals(logits, LOGITS)).isTrue();
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertRefused(GenerationOptions.builder().optMaxNewTokens(0), "at least 1, got 0");
        assertRefused(GenerationOptions.builder().optTemperature(0), "must be positive, got 0");
        assertRefused(GenerationOptions.builder().optTemperature(Double.NaN), "must be positive");
        assertRefused(GenerationOptions.builder().optTemperature(1e-300), "must be at least");
        assertRefused(drawn().optTopK(0), "at least 1, got 0");
        assertRefused(drawn().optTopP(0), "greater than 0 and at most 1, got 0");
        assertRefused(drawn().optTopP(1.5), "got 1.5");
        assertRefused(GenerationOptions.builder().optRepetitionPenalty(-1), "must be positive");
        assertRefused(GenerationOptions.builder().optStop(""), "is empty");
        assertRefused(GenerationOptions.builder().optTopP(0.9), "without a temperature");
    }

    private static void assertRefused(GenerationOptions.Builder options, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(options::build)
                .withMessageContaining(message);
    }
}
