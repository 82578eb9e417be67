/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.student;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds token vectors whose means have the directions of the vectors of texts: of all tables E the
 * one with the least
 *
 * <p>\[ \sum_i \left\| \frac{1}{c_i n_i} \sum_j E_{t_{ij}} - v_i \right\|^2 + \lambda \|E -
 * E_0\|^2, \]
 *
 * <p>where text i has the n<sub>i</sub> tokens \(t_{ij}\) and the vector \(v_i\) of length 1. E₀ is
 * a table to stay near to: a token that is in no text keeps its vector. Only directions are
 * compared later, so lengths need not be learned: c<sub>i</sub> is the length of the mean that E₀
 * gives the text, whose median is 1 and which long texts have small.
 *
 * <p>The problem is linear and falls apart into the columns of E. They are found by the method of
 * conjugate gradients, so the same input gives the same numbers, however many threads there are.
 */
final class TokenTable {

    /** Columns that are computed together: a line of the processor's cache. */
    private static final int COLUMNS = 16;

    /** Enough that more steps change no search. */
    private static final int STEPS = 20;

    /** The residue, relative to the first, at which columns are done. */
    private static final double SMALL = 1e-3;

    /** The least length of a mean; what cancels out in E₀ would count too much. */
    private static final float LEAST_LENGTH = 0.1f;

    private final List<int[]> texts;
    private final Vectors vectors;
    private final int width;

    /**
     * Takes texts.
     *
     * @param texts the tokens of every text, at least one
     * @param vectors the vectors of the texts
     */
    TokenTable(List<int[]> texts, Vectors vectors) {
        this.texts = texts;
        this.vectors = vectors;
        width = vectors.width();
    }

    /** Returns the number of texts. */
    int size() {
        return texts.size();
    }

    /**
     * Finds the table.
     *
     * @param first E₀, of any length
     * @param pull \(\lambda\)
     */
    Vectors solve(Vectors first, double pull) {
        double[] lengths =
                IntStream.range(0, texts.size())
                        .mapToDouble(text -> length(mean(text, first)))
                        .toArray();
        double[] ascending = lengths.clone();
        Arrays.sort(ascending);
        double median = ascending[ascending.length / 2];
        double unit = median > 0 ? median : 1;
        float[] table = new float[first.values().length];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) (first.values()[i] / unit);
        }
        float[] shares = new float[texts.size()];
        for (int i = 0; i < shares.length; i++) {
            double length = Math.max(lengths[i] / unit, LEAST_LENGTH);
            shares[i] = (float) (1 / (length * texts.get(i).length));
        }
        IntStream.range(0, (width + COLUMNS - 1) / COLUMNS)
                .parallel()
                .forEach(block -> new Block(table, shares, block * COLUMNS, pull).improve());
        return new Vectors(table, width);
    }

    /** Returns the mean cosine of a table's vectors of the texts to theirs. */
    double cosine(Vectors table) {
        double sum = 0;
        for (int text = 0; text < texts.size(); text++) {
            float[] mean = mean(text, table);
            double product = 0;
            for (int i = 0; i < width; i++) {
                product += (double) mean[i] * vectors.values()[text * width + i];
            }
            double length = length(mean);
            sum += length > 0 ? product / length : 0;
        }
        return sum / texts.size();
    }

    private float[] mean(int text, Vectors table) {
        int[] tokens = texts.get(text);
        float[] mean = new float[width];
        for (int token : tokens) {
            for (int i = 0; i < width; i++) {
                mean[i] += table.values()[token * width + i] / tokens.length;
            }
        }
        return mean;
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /**
     * Some columns of a table. Only its thread writes to them.
     *
     * <p>With X the matrix that has, for every text and token, the number of times that it is there
     * times the text's share, the change D of the table solves \((X^T X + \lambda) D = X^T (V - X
     * E_0)\).
     */
    private final class Block {

        private final float[] table;
        private final float[] shares;
        private final int first;
        private final int columns;
        private final double pull;
        private final float[] row;

        Block(float[] table, float[] shares, int first, double pull) {
            this.table = table;
            this.shares = shares;
            this.first = first;
            this.columns = Math.min(COLUMNS, width - first);
            this.pull = pull;
            this.row = new float[columns];
        }

        void improve() {
            float[] residue = residue();
            float[] direction = residue.clone();
            float[] change = new float[residue.length];
            float[] product = new float[residue.length];
            double[] squares = dots(residue, residue);
            double[] enough = Arrays.stream(squares).map(s -> s * SMALL * SMALL).toArray();
            for (int step = 0; step < STEPS && isAbove(squares, enough); step++) {
                multiply(direction, product);
                double[] lengths = quotients(squares, dots(direction, product));
                add(lengths, direction, change, 1);
                add(lengths, product, residue, -1);
                double[] next = dots(residue, residue);
                double[] kept = quotients(next, squares);
                for (int i = 0; i < direction.length; i++) {
                    direction[i] = (float) (residue[i] + kept[i % columns] * direction[i]);
                }
                squares = next;
            }
            for (int i = 0; i < change.length; i++) {
                table[place(i)] += change[i];
            }
        }

        /** Returns where a number of these columns lies in the table. */
        private int place(int i) {
            return i / columns * width + first + i % columns;
        }

        private boolean isAbove(double[] squares, double[] enough) {
            return IntStream.range(0, columns).anyMatch(i -> squares[i] > enough[i]);
        }

        private float[] residue() {
            float[] own = new float[table.length / width * columns];
            for (int i = 0; i < own.length; i++) {
                own[i] = table[place(i)];
            }
            float[] residue = new float[own.length];
            for (int text = 0; text < texts.size(); text++) {
                gather(text, own);
                for (int i = 0; i < columns; i++) {
                    row[i] = vectors.values()[text * width + first + i] - row[i];
                }
                spread(text, residue);
            }
            return residue;
        }

        /** Computes \((X^T X + \lambda) D\). */
        private void multiply(float[] direction, float[] product) {
            for (int i = 0; i < product.length; i++) {
                product[i] = (float) (pull * direction[i]);
            }
            for (int text = 0; text < texts.size(); text++) {
                gather(text, direction);
                spread(text, product);
            }
        }

        /** Computes a row of X times numbers of tokens. */
        private void gather(int text, float[] numbers) {
            Arrays.fill(row, 0);
            for (int token : texts.get(text)) {
                int start = token * columns;
                for (int i = 0; i < columns; i++) {
                    row[i] += numbers[start + i];
                }
            }
            for (int i = 0; i < columns; i++) {
                row[i] *= shares[text];
            }
        }

        /** Adds the row to the sums of a text's tokens, times the text's share. */
        private void spread(int text, float[] sums) {
            for (int i = 0; i < columns; i++) {
                row[i] *= shares[text];
            }
            for (int token : texts.get(text)) {
                int start = token * columns;
                for (int i = 0; i < columns; i++) {
                    sums[start + i] += row[i];
                }
            }
        }

        private double[] dots(float[] one, float[] other) {
            double[] dots = new double[columns];
            for (int i = 0; i < one.length; i++) {
                dots[i % columns] += (double) one[i] * other[i];
            }
            return dots;
        }

        /** Divides; nothing is left to do in a column where both are 0. */
        private double[] quotients(double[] over, double[] under) {
            double[] quotients = new double[columns];
            for (int i = 0; i < columns; i++) {
                quotients[i] = under[i] > 0 ? over[i] / under[i] : 0;
            }
            return quotients;
        }

        private void add(double[] factors, float[] numbers, float[] sums, int sign) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += (float) (sign * factors[i % columns] * numbers[i]);
            }
        }
    }
}
