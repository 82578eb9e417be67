/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntBinaryOperator;

/** Products in int8, and how far they may be from those in double precision. */
final class Int8Bounds {

    static final int IN = 192;
    static final int OUT = 128;
    static final int ROWS = 5;

    private Int8Bounds() {}

    static float[] draw(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /**
     * Compares y (rows, out) with x (rows, in) times a weight, plus a bias. The weight may be half
     * a step away and the input as well, or a whole one at the ends of the range, which the zero
     * point moves by up to half a step.
     *
     * @param place the place in the weight of an output and an input
     */
    static void assertNear(
            float[] y, float[] x, float[] weight, IntBinaryOperator place, float[] bias) {
        double low = 0;
        double high = 0;
        for (float value : x) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double step = (high - low) / 255;
        for (int out = 0; out < OUT; out++) {
            double largest = 0;
            for (int in = 0; in < IN; in++) {
                largest = Math.max(largest, Math.abs(weight[place.applyAsInt(out, in)]));
            }
            double half = largest / Int8Matrix.LAYER / 2;
            for (int row = 0; row < ROWS; row++) {
                double sum = bias[out];
                double bound = 1e-4; // float32 in between
                for (int in = 0; in < IN; in++) {
                    double value = x[row * IN + in];
                    double w = weight[place.applyAsInt(out, in)];
                    boolean end = value - low < step || high - value < step;
                    sum += w * value;
                    bound +=
                            Math.abs(value) * half + (Math.abs(w) + half) * (end ? step : step / 2);
                }
                assertThat(Math.abs(y[row * OUT + out] - sum))
                        .as("row %d, output %d", row, out)
                        .isLessThan(bound);
            }
        }
    }
}
