/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import java.nio.FloatBuffer;

/**
 * A matrix in int8, symmetric and with a scale for each row: {@code w[r][c]} is about {@code
 * values[r][c] * scales[r]}, at most half a scale away.
 *
 * @param values the elements row by row
 * @param scales a scale for each row, greater than 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Int8Matrix(int rows, int columns, byte[] values, float[] scales) {

    /**
     * The largest element of a linear layer. Processors without VNNI add the products of two
     * elements by activations, at most 255, in 16 bits: with 64 and more the sum could be larger
     * than 32,767, which they would make of it. So all processors compute the same.
     */
    static final int LAYER = 63;

    /** The largest element of an embedding, of which no products are added. */
    static final int EMBEDDING = 127;

    /** Rounds the elements of a matrix that lie row by row. */
    static Int8Matrix ofRows(FloatBuffer matrix, int rows, int columns, int largest) {
        return of(matrix, rows, columns, columns, 1, largest);
    }

    /** Rounds the elements of a matrix that lie column by column. */
    static Int8Matrix ofColumns(FloatBuffer matrix, int rows, int columns, int largest) {
        return of(matrix, rows, columns, 1, rows, largest);
    }

    private static Int8Matrix of(
            FloatBuffer matrix, int rows, int columns, int row, int column, int largest) {
        byte[] values = new byte[Math.multiplyExact(rows, columns)];
        float[] scales = new float[rows];
        for (int r = 0; r < rows; r++) {
            float most = 0;
            for (int c = 0; c < columns; c++) {
                most = Math.max(most, Math.abs(matrix.get(r * row + c * column)));
            }
            if (!Float.isFinite(most)) {
                throw new IllegalArgumentException(
                        "A weight that is to be in int8 is not a finite number; export the model"
                                + " in float32");
            }
            float scale = most / largest;
            // rows of zeros, and of numbers so small that their scale would be 0
            scales[r] = scale < Float.MIN_NORMAL ? 1 : scale;
            for (int c = 0; c < columns; c++) {
                double quotient = matrix.get(r * row + c * column) / (double) scales[r];
                values[r * columns + c] = (byte) Math.rint(quotient);
            }
        }
        return new Int8Matrix(rows, columns, values, scales);
    }

    /** Returns the elements column by column. */
    byte[] byColumns() {
        byte[] turned = new byte[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = values[r * columns + c];
            }
        }
        return turned;
    }
}
