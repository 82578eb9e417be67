/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.student;

import java.util.Arrays;

/** Vectors of one width, end to end. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Vectors(float[] values, int width) {

    int size() {
        return values.length / width;
    }

    /** Returns the first ones. */
    Vectors to(int count) {
        return new Vectors(Arrays.copyOf(values, count * width), width);
    }

    /** Returns those from one on. */
    Vectors from(int first) {
        return new Vectors(Arrays.copyOfRange(values, first * width, values.length), width);
    }

    /** Scales every vector to length 1; zeros stay. */
    Vectors scaled() {
        float[] scaled = values.clone();
        for (int row = 0; row < values.length; row += width) {
            double squares = 0;
            for (int i = row; i < row + width; i++) {
                squares += (double) values[i] * values[i];
            }
            double length = Math.sqrt(squares);
            for (int i = row; i < row + width && length > 0; i++) {
                scaled[i] = (float) (values[i] / length);
            }
        }
        return new Vectors(scaled, width);
    }

    /** Subtracts the mean of all vectors from each. */
    Vectors centred() {
        double[] mean = new double[width];
        for (int i = 0; i < values.length; i++) {
            mean[i % width] += (double) values[i] / size();
        }
        float[] centred = values.clone();
        for (int i = 0; i < values.length; i++) {
            centred[i] -= (float) mean[i % width];
        }
        return new Vectors(centred, width);
    }

    /** Makes a vector zeros. */
    void clear(int row) {
        Arrays.fill(values, row * width, (row + 1) * width, 0);
    }
}
