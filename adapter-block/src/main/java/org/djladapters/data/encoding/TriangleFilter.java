/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

/**
 * Resizes lines of values by the triangle filter: the weights of the inputs that make up each
 * output. When a line shrinks, the filter is as wide as the inputs that fall together, so nothing
 * is skipped; when it grows, the filter interpolates linearly.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TriangleFilter(int[] starts, float[][] weights) {

    /** Creates a filter. */
    public static TriangleFilter of(int from, int to) {
        double scale = (double) from / to;
        double reach = Math.max(scale, 1);
        int[] starts = new int[to];
        float[][] weights = new float[to][];
        for (int i = 0; i < to; i++) {
            double center = (i + 0.5) * scale;
            int start = (int) Math.max(0, Math.floor(center - reach + 0.5));
            int end = (int) Math.min(from, Math.floor(center + reach + 0.5));
            starts[i] = start;
            weights[i] = triangle(start, end, center, reach);
        }
        return new TriangleFilter(starts, weights);
    }

    private static float[] triangle(int start, int end, double center, double reach) {
        double[] heights = new double[end - start];
        double sum = 0;
        for (int k = 0; k < heights.length; k++) {
            double distance = Math.abs(start + k + 0.5 - center);
            heights[k] = Math.max(0, 1 - distance / reach);
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
                    planes[next++] = (byte) Math.round(value(rows, y, x));
                }
            }
        }
        return planes;
    }

    private float value(float[][] rows, int y, int x) {
        float value = 0;
        for (int k = 0; k < weights[y].length; k++) {
            value += weights[y][k] * rows[starts[y] + k][x];
        }
        return value;
    }
}
