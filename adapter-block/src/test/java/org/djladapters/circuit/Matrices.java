/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/** Matrices to test circuits with. */
final class Matrices {

    private Matrices() {}

    /** A rotation far from the identity, by QR decomposition of random numbers. */
    static double[][] rotation(int n, long seed) {
        RealMatrix random = MatrixUtils.createRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            random.setRow(i, numbers(n, 100 * seed + i));
        }
        RealMatrix q = new QRDecomposition(random).getQ();
        double[][] rows = q.getData();
        if (new LUDecomposition(q).getDeterminant() < 0) {
            for (int j = 0; j < n; j++) {
                rows[0][j] = -rows[0][j];
            }
        }
        return rows;
    }

    static double[][] identity(int n) {
        return MatrixUtils.createRealIdentityMatrix(n).getData();
    }

    static double[][] transposed(double[][] matrix) {
        return MatrixUtils.createRealMatrix(matrix).transpose().getData();
    }

    /** The minor of the rows and columns whose bits are set. */
    static double minor(double[][] q, long rows, long columns) {
        int[] i = bits(rows);
        int[] j = bits(columns);
        if (i.length == 0) {
            return 1;
        }
        RealMatrix minor = MatrixUtils.createRealMatrix(q).getSubMatrix(i, j);
        return new LUDecomposition(minor, 0).getDeterminant();
    }

    private static int[] bits(long set) {
        return IntStream.range(0, 62).filter(i -> (set >> i & 1) == 1).toArray();
    }

    static double[] numbers(int count, long seed) {
        return new Random(seed).doubles(count, -1, 1).toArray();
    }

    static double[] unit(double[] vector) {
        double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
        return Arrays.stream(vector).map(x -> x / length).toArray();
    }

    static void assertClose(double[][] actual, double[][] expected, double tolerance) {
        assertThat(actual).hasNumberOfRows(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertClose(actual[i], expected[i], tolerance);
        }
    }

    static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
        }
    }
}
