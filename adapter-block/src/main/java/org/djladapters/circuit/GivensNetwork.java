/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A rotation Q of n coordinates as n(n-1)/2 rotations of neighbouring ones: Q = G<sub>m</sub> ...
 * G<sub>2</sub> G<sub>1</sub>, where G<sub>1</sub> is the first gate that acts.
 *
 * <p>As a circuit of n qubits its unitary on the states with k qubits in 1 is C<sub>k</sub>(Q),
 * rows and columns in the lexicographic order of the sets of these qubits. That holds because gates
 * act on neighbours only: none has a qubit between its two whose state would decide on a sign.
 *
 * @param size n
 * @param gates the gates in the order in which they act
 */
public record GivensNetwork(int size, List<GivensGate> gates) {

    /** The largest entry of |Q<sup>T</sup>Q - I| with which a matrix counts as orthogonal. */
    private static final double ORTHOGONAL = 1e-9;

    /** Copies the gates and checks that their qubits are there. */
    public GivensNetwork {
        gates = List.copyOf(gates);
        for (GivensGate gate : gates) {
            if (gate.qubit() + 1 >= size) {
                throw new IllegalArgumentException(
                        "A gate on qubits %d and %d needs more than %d qubits"
                                .formatted(gate.qubit(), gate.qubit() + 1, size));
            }
        }
    }

    /**
     * Takes a rotation apart. The angles give it back within a few roundings of float64.
     *
     * @param rotation Q, n rows of n entries, orthogonal with determinant 1
     * @param layout how gates are arranged
     * @throws IllegalArgumentException if the matrix is not square, not orthogonal (within 1e-9) or
     *     a reflection
     */
    public static GivensNetwork of(double[][] rotation, NetworkLayout layout) {
        double[][] q = new double[rotation.length][];
        for (int i = 0; i < q.length; i++) {
            q[i] = rotation[i].clone();
        }
        requireOrthogonal(q);
        List<GivensGate> gates =
                switch (layout) {
                    case PYRAMID -> pyramid(q);
                    case BRICK -> brick(q);
                };
        return new GivensNetwork(q.length, gates);
    }

    /** Clears column after column from below; what is left of q is I, or a reflection. */
    private static List<GivensGate> pyramid(double[][] q) {
        int n = q.length;
        List<GivensGate> clearing = new ArrayList<>();
        for (int column = 0; column < n - 1; column++) {
            for (int row = n - 2; row >= column; row--) {
                clearing.add(clearFromLeft(q, row, column));
            }
        }
        signs(q);
        return inverse(clearing);
    }

    /**
     * Clears the diagonals of the lower left triangle one after the other, alternately by gates
     * from the right and from the left; what is left of q is a diagonal D of signs: D =
     * L<sub>p</sub> ... L<sub>1</sub> Q R<sub>1</sub> ... R<sub>q</sub>.
     */
    private static List<GivensGate> brick(double[][] q) {
        int n = q.length;
        List<GivensGate> left = new ArrayList<>();
        List<GivensGate> right = new ArrayList<>();
        for (int diagonal = 0; diagonal < n - 1; diagonal++) {
            for (int j = 0; j <= diagonal; j++) {
                if (diagonal % 2 == 0) {
                    right.add(clearFromRight(q, n - 1 - j, diagonal - j));
                } else {
                    left.add(clearFromLeft(q, n - 2 - diagonal + j, j));
                }
            }
        }
        double[] signs = signs(q);
        // Q = L1' ... Lp' D Rq' ... R1', of which the last acts first; D moves to the left end
        List<GivensGate> gates = new ArrayList<>();
        right.forEach(gate -> gates.add(gate.inverse()));
        for (GivensGate gate : inverse(left)) {
            int i = gate.qubit();
            gates.add(new GivensGate(i, gate.angle() * signs[i] * signs[i + 1]));
        }
        for (int i = 0; i < n - 1; i++) {
            if (signs[i] < 0) {
                signs[i + 1] = -signs[i + 1];
                turnAround(gates, i);
            }
        }
        return gates;
    }

    /**
     * Changes the signs of two neighbouring outputs: half a turn more of the last gate on both, and
     * the opposite angle of the gates after it that share one of them.
     */
    private static void turnAround(List<GivensGate> gates, int qubit) {
        for (int at = gates.size() - 1; ; at--) {
            GivensGate gate = gates.get(at);
            if (gate.qubit() == qubit) {
                double angle = gate.angle() + (gate.angle() > 0 ? -Math.PI : Math.PI);
                gates.set(at, new GivensGate(qubit, angle));
                return;
            }
            if (Math.abs(gate.qubit() - qubit) == 1) {
                gates.set(at, gate.inverse());
            }
        }
    }

    /** Turns rows i and i + 1 so that the lower one has a zero in a column. */
    private static GivensGate clearFromLeft(double[][] q, int row, int column) {
        GivensGate gate = new GivensGate(row, Math.atan2(-q[row + 1][column], q[row][column]));
        double c = Math.cos(gate.angle());
        double s = Math.sin(gate.angle());
        for (int j = 0; j < q.length; j++) {
            double upper = q[row][j];
            double lower = q[row + 1][j];
            q[row][j] = c * upper - s * lower;
            q[row + 1][j] = s * upper + c * lower;
        }
        return gate;
    }

    /** Turns columns j and j + 1 so that the left one has a zero in a row. */
    private static GivensGate clearFromRight(double[][] q, int row, int column) {
        GivensGate gate = new GivensGate(column, Math.atan2(-q[row][column], q[row][column + 1]));
        double c = Math.cos(gate.angle());
        double s = Math.sin(gate.angle());
        for (double[] line : q) {
            double left = line[column];
            double right = line[column + 1];
            line[column] = c * left + s * right;
            line[column + 1] = -s * left + c * right;
        }
        return gate;
    }

    private static List<GivensGate> inverse(List<GivensGate> gates) {
        List<GivensGate> inverse = new ArrayList<>(gates.size());
        gates.forEach(gate -> inverse.add(gate.inverse()));
        Collections.reverse(inverse);
        return inverse;
    }

    /** Returns the network of Q<sup>T</sup>: the gates' inverses in the opposite order. */
    public GivensNetwork inverse() {
        return new GivensNetwork(size, inverse(gates));
    }

    /**
     * Multiplies the gates.
     *
     * @return Q, row by row
     */
    public double[][] matrix() {
        double[][] q = new double[size][size];
        for (int i = 0; i < size; i++) {
            q[i][i] = 1;
        }
        for (GivensGate gate : gates) {
            double c = Math.cos(gate.angle());
            double s = Math.sin(gate.angle());
            double[] upper = q[gate.qubit()];
            double[] lower = q[gate.qubit() + 1];
            for (int j = 0; j < size; j++) {
                double x = upper[j];
                double y = lower[j];
                upper[j] = c * x - s * y;
                lower[j] = s * x + c * y;
            }
        }
        return q;
    }

    /**
     * Sorts the gates into layers whose gates act at the same time, each as early as it can.
     *
     * @return the layers; their number is the depth
     */
    public List<List<GivensGate>> layers() {
        List<List<GivensGate>> layers = new ArrayList<>();
        int[] free = new int[size];
        for (GivensGate gate : gates) {
            int layer = Math.max(free[gate.qubit()], free[gate.qubit() + 1]);
            if (layer == layers.size()) {
                layers.add(new ArrayList<>());
            }
            layers.get(layer).add(gate);
            free[gate.qubit()] = layer + 1;
            free[gate.qubit() + 1] = layer + 1;
        }
        return layers;
    }

    private static void requireOrthogonal(double[][] q) {
        int n = q.length;
        if (n == 0 || Arrays.stream(q).anyMatch(row -> row.length != n)) {
            throw new IllegalArgumentException(
                    "A rotation is a square matrix, but its "
                            + n
                            + " rows have "
                            + Arrays.stream(q)
                                    .mapToInt(row -> row.length)
                                    .distinct()
                                    .boxed()
                                    .toList()
                            + " entries");
        }
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                double product = 0;
                for (double[] row : q) {
                    product += row[i] * row[j];
                }
                double deviation = Math.abs(product - (i == j ? 1 : 0));
                // a comparison that is false for NaN, too
                if (!(deviation <= ORTHOGONAL)) {
                    throw new IllegalArgumentException(
                            "The matrix is not orthogonal: columns %d and %d have the product %.3g"
                                    .formatted(i, j, product));
                }
            }
        }
    }

    /** Returns the signs that are left on the diagonal; their product must be 1. */
    private static double[] signs(double[][] cleared) {
        double[] signs = new double[cleared.length];
        double determinant = 1;
        for (int i = 0; i < signs.length; i++) {
            signs[i] = Math.signum(cleared[i][i]);
            determinant *= signs[i];
        }
        if (determinant < 0) {
            throw new IllegalArgumentException(
                    "The matrix is a reflection (its determinant is -1), which Givens rotations"
                            + " can't produce; change the sign of one of its rows");
        }
        return signs;
    }
}
