/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

/** Matrices by plain loops, which count every multiplication and addition of numbers. */
public final class Counted {

    private long operations;

    /** The operations since the last call. */
    long taken() {
        long taken = operations;
        operations = 0;
        return taken;
    }

    double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    product[i][j] += a[i][k] * b[k][j];
                    operations += 2;
                }
            }
        }
        return product;
    }

    /** By Gauss and Jordan in place, without pivoting. */
    double[][] inverse(double[][] matrix) {
        int n = matrix.length;
        double[][] inverse = part(matrix, 0, n);
        for (int p = 0; p < n; p++) {
            double pivot = inverse[p][p];
            inverse[p][p] = 1;
            for (int j = 0; j < n; j++) {
                inverse[p][j] /= pivot;
                operations++;
            }
            for (int i = 0; i < n; i++) {
                double factor = inverse[i][p];
                if (i != p) {
                    inverse[i][p] = 0;
                    for (int j = 0; j < n; j++) {
                        inverse[i][j] -= factor * inverse[p][j];
                        operations += 2;
                    }
                }
            }
        }
        return inverse;
    }

    /** The determinants of all pairs of rows and columns, in lexicographic order. */
    double[][] minors(double[][] q) {
        int n = q.length;
        int pairs = n * (n - 1) / 2;
        double[][] minors = new double[pairs][pairs];
        int row = 0;
        for (int a = 0; a < n; a++) {
            for (int b = a + 1; b < n; b++, row++) {
                int column = 0;
                for (int c = 0; c < n; c++) {
                    for (int d = c + 1; d < n; d++, column++) {
                        minors[row][column] += q[a][c] * q[b][d];
                        minors[row][column] -= q[a][d] * q[b][c];
                        operations += 4;
                    }
                }
            }
        }
        return minors;
    }

    public static double[][] transposed(double[][] matrix) {
        double[][] transposed = new double[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[0].length; j++) {
                transposed[j][i] = matrix[i][j];
            }
        }
        return transposed;
    }

    /** A copy of some rows. */
    public static double[][] part(double[][] matrix, int from, int rows) {
        double[][] part = new double[rows][];
        for (int i = 0; i < rows; i++) {
            part[i] = matrix[from + i].clone();
        }
        return part;
    }
}
