/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenTableTest {

    private static final int TOKENS = 12;
    private static final int WIDTH = 19; // a whole block of columns and a part of one
    private static final double PULL = 0.05;

    private final Random random = new Random(3);
    private final List<int[]> texts = texts();
    private final Vectors vectors = random(texts.size()).scaled();
    private final Vectors first = random(TOKENS);
    private final Vectors table = new TokenTable(texts, vectors).solve(first, PULL);

    /** Token 11 is in no text. */
    private List<int[]> texts() {
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            texts.add(random.ints(1 + random.nextInt(5), 0, TOKENS - 1).toArray());
        }
        return texts;
    }

    private Vectors random(int count) {
        float[] values = new float[count * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new Vectors(values, WIDTH);
    }

    @Test
    void theTableIsTheOneWithTheLeastSquares() {
        double least = squares(table.values());
        for (int trial = 0; trial < 20; trial++) {
            float[] other = table.values().clone();
            for (int i = 0; i < other.length; i++) {
                other[i] += (float) (0.01 * random.nextGaussian());
            }
            // at the least value, a change counts by its square alone: no first order is left
            double back = squares(mirrored(other));
            double there = squares(other);
            assertThat(there).isGreaterThan(least);
            assertThat(there - least).isCloseTo(back - least, within(0.05 * (there - least)));
        }
    }

    private float[] mirrored(float[] other) {
        float[] mirrored = new float[other.length];
        for (int i = 0; i < other.length; i++) {
            mirrored[i] = 2 * table.values()[i] - other[i];
        }
        return mirrored;
    }

    @Test
    void aTokenThatIsInNoTextKeepsItsDirection() {
        int start = 11 * WIDTH;
        double ratio = table.values()[start] / first.values()[start];
        assertThat(ratio).isPositive();
        for (int i = start; i < start + WIDTH; i++) {
            assertThat(table.values()[i])
                    .isCloseTo((float) (ratio * first.values()[i]), within(1e-6f));
        }
    }

    @Test
    void learningBringsTextsNearer() {
        TokenTable learned = new TokenTable(texts, vectors);
        assertThat(learned.cosine(table)).isGreaterThan(learned.cosine(first) + 0.2);
    }

    /** Computes what is to be least, as the class describes it. */
    private double squares(float[] values) {
        double[] lengths = new double[texts.size()];
        for (int text = 0; text < lengths.length; text++) {
            for (double value : mean(text, first.values())) {
                lengths[text] += value * value;
            }
            lengths[text] = Math.sqrt(lengths[text]);
        }
        double[] ascending = lengths.clone();
        Arrays.sort(ascending);
        double unit = ascending[lengths.length / 2];
        double sum = 0;
        for (int text = 0; text < lengths.length; text++) {
            double[] mean = mean(text, values);
            for (int i = 0; i < WIDTH; i++) {
                double length = Math.max(lengths[text] / unit, 0.1);
                double distance = mean[i] / length - vectors.values()[text * WIDTH + i];
                sum += distance * distance;
            }
        }
        for (int i = 0; i < values.length; i++) {
            double distance = values[i] - first.values()[i] / unit;
            sum += PULL * distance * distance;
        }
        return sum;
    }

    private double[] mean(int text, float[] values) {
        double[] mean = new double[WIDTH];
        for (int token : texts.get(text)) {
            for (int i = 0; i < WIDTH; i++) {
                mean[i] += values[token * WIDTH + i] / texts.get(text).length;
            }
        }
        return mean;
    }
}
