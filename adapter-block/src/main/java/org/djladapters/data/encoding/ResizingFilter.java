/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

/**
 * Resizes lines of values: the weights of the inputs that make up each output. When a line shrinks,
 * the filter is as wide as the inputs that fall together, so nothing is skipped; when it grows, it
 * interpolates.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ResizingFilter(int[] starts, float[][] weights) {

    /** The form of a filter, by the names and numbers of Python's Pillow. */
    public enum Kernel {
        /** Falls in a straight line to 0 at the distance 1 (bilinear). */
        TRIANGLE(2, 1),
        /** Is a cubic in pieces that falls to 0 at the distance 2, with a parameter of -1/2. */
        CUBIC(3, 2);

        private final int number;
        private final int reach;

        Kernel(int number, int reach) {
            this.number = number;
            this.reach = reach;
        }

        /** Returns the number for it in the files of models. */
        int number() {
            return number;
        }

        private double height(double distance) {
            double x = Math.abs(distance);
            if (this == TRIANGLE) {
                return Math.max(0, 1 - x);
            }
            return x < 1
                    ? (1.5 * x - 2.5) * x * x + 1
                    : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    }

    /** Creates a filter. */
    public static ResizingFilter of(int from, int to, Kernel kernel) {
        return middle(from, to, kernel, to);
    }

    /** Creates a filter for a number of outputs in the middle only. */
    static ResizingFilter middle(int from, int to, Kernel kernel, int count) {
        int first = (to - count) / 2;
        double scale = (double) from / to;
        double widening = Math.max(scale, 1);
        double reach = kernel.reach * widening;
        int[] starts = new int[count];
        float[][] weights = new float[count][];
        for (int i = 0; i < count; i++) {
            double center = (first + i + 0.5) * scale;
            int start = (int) Math.max(0, Math.floor(center - reach + 0.5));
            int end = (int) Math.min(from, Math.floor(center + reach + 0.5));
            starts[i] = start;
            weights[i] = weights(kernel, start, end, center, widening);
        }
        return new ResizingFilter(starts, weights);
    }

    private static float[] weights(
            Kernel kernel, int start, int end, double center, double widening) {
        double[] heights = new double[end - start];
        double sum = 0;
        for (int k = 0; k < heights.length; k++) {
            heights[k] = kernel.height((start + k + 0.5 - center) / widening);
            sum += heights[k];
        }
        float[] weights = new float[heights.length];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = (float) (heights[k] / sum);
        }
        return weights;
    }

    /** Resizes a row of bytes, of which the first is at an offset. */
    public float[] applyAcross(byte[] values, int offset) {
        float[] out = new float[starts.length];
        for (int i = 0; i < out.length; i++) {
            float[] weight = weights[i];
            for (int k = 0; k < weight.length; k++) {
                out[i] += weight[k] * (values[offset + starts[i] + k] & 0xFF);
            }
        }
        return out;
    }

    /** Resizes the columns of all channels, given as rows, and rounds: planes row by row. */
    public byte[] applyDown(float[][][] channels) {
        int width = channels[0][0].length;
        byte[] planes = new byte[channels.length * starts.length * width];
        int next = 0;
        for (float[][] rows : channels) {
            for (int y = 0; y < starts.length; y++) {
                for (int x = 0; x < width; x++) {
                    planes[next++] = (byte) rounded(value(rows, y, x));
                }
            }
        }
        return planes;
    }

    /** Returns the byte that is nearest. */
    static int rounded(float value) {
        return Math.max(0, Math.min(255, Math.round(value)));
    }

    private float value(float[][] rows, int y, int x) {
        float value = 0;
        for (int k = 0; k < weights[y].length; k++) {
            value += weights[y][k] * rows[starts[y] + k][x];
        }
        return value;
    }
}
