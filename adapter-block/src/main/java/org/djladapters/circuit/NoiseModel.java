/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.List;
import java.util.Random;
import org.djladapters.io.PlainNumber;

/**
 * Errors of a quantum computer that runs a network.
 *
 * <p>After each of the two {@code cz} of a gate an error strikes its two qubits with probability
 * {@code depolarizing}: one of the 15 products of I, X, Y and Z that are not I, all equally likely.
 * When the qubits are read, each shows the opposite with probability {@code readout}. Gates on one
 * qubit and the loading of vectors are free of errors. Shots whose number of ones has changed are
 * left out.
 *
 * @param depolarizing the probability of an error after a two-qubit gate
 * @param readout the probability that a qubit is read wrongly
 */
public record NoiseModel(double depolarizing, double readout) {

    /** All states of the qubits are kept, as many as this many bits have. */
    private static final int MOST_QUBITS = 14;

    private static final int MOST_PATTERNS = 10_000;

    /** Checks the probabilities. */
    public NoiseModel {
        requireProbability(depolarizing);
        requireProbability(readout);
    }

    private static void requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "The probability of an error must be from 0 to 1, got "
                            + PlainNumber.of(probability));
        }
    }

    /**
     * Draws what a network does to states with k ones in one run: C<sub>k</sub>(Q) where no error
     * strikes. The probability that a pattern of errors is drawn is that with which it is met in a
     * shot that counts; its matrix is scaled so that a state keeps its length on average.
     *
     * @param network the network, of 14 qubits at most
     * @param weight k
     * @param random what errors are drawn with
     * @return the matrix, rows and columns in lexicographic order of the sets of qubits in 1
     * @throws IllegalArgumentException if no shot would count, or there are too many qubits
     */
    public double[][] sample(GivensNetwork network, int weight, Random random) {
        if (network.size() > MOST_QUBITS) {
            throw new IllegalArgumentException(
                    ("Noise can be simulated for up to %d qubits, but there are %d; choose"
                                    + " smaller blocks or more orders")
                            .formatted(MOST_QUBITS, network.size()));
        }
        List<Long> subsets = Subsets.of(network.size(), weight);
        for (int attempt = 0; attempt < MOST_PATTERNS; attempt++) {
            double[][] matrix = run(network, subsets, random);
            double kept = 0;
            for (double[] row : matrix) {
                for (double entry : row) {
                    kept += entry * entry;
                }
            }
            kept /= subsets.size();
            if (random.nextDouble() < kept) {
                double scale = 1 / Math.sqrt(kept);
                for (double[] row : matrix) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] *= scale;
                    }
                }
                return matrix;
            }
        }
        throw new IllegalArgumentException(
                "With errors as likely as %s and %s no shot keeps its number of ones"
                        .formatted(PlainNumber.of(depolarizing), PlainNumber.of(readout)));
    }

    private double[][] run(GivensNetwork network, List<Long> subsets, Random random) {
        int d = subsets.size();
        DenseStates states = new DenseStates(network.size(), subsets);
        for (GivensGate gate : network.gates()) {
            int a = gate.qubit();
            boolean between = random.nextDouble() < depolarizing;
            if (between) {
                states.h(a);
                states.h(a + 1);
                states.cz(a);
                strike(states, a, random);
                states.ry(a, gate.angle());
                states.ry(a + 1, -gate.angle());
                states.cz(a);
                states.h(a);
                states.h(a + 1);
            } else {
                states.turn(a, gate.angle());
            }
            // the gates h that follow make another of the equally likely errors of this one
            if (random.nextDouble() < depolarizing) {
                strike(states, a, random);
            }
        }
        for (int qubit = 0; qubit < network.size(); qubit++) {
            if (random.nextDouble() < readout) {
                states.x(qubit);
            }
        }
        double[][] matrix = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                matrix[i][j] = states.amplitude(j, subsets.get(i));
            }
        }
        return matrix;
    }

    /** Applies one of 15 errors; Y is X after Z, but for a factor i of the whole state. */
    private static void strike(DenseStates states, int qubit, Random random) {
        int error = 1 + random.nextInt(15);
        for (int q = qubit; q <= qubit + 1; q++, error >>= 2) {
            if ((error & 1) != 0) {
                states.z(q);
            }
            if ((error & 2) != 0) {
                states.x(q);
            }
        }
    }

    /** All amplitudes of several states that go through the same gates. */
    private static final class DenseStates {

        private final double[][] states;

        DenseStates(int qubits, List<Long> starts) {
            states = new double[starts.size()][1 << qubits];
            for (int s = 0; s < states.length; s++) {
                states[s][starts.get(s).intValue()] = 1;
            }
        }

        double amplitude(int state, long bits) {
            return states[state][(int) bits];
        }

        void x(int qubit) {
            mix(qubit, 0, 1, 1, 0);
        }

        void z(int qubit) {
            mix(qubit, 1, 0, 0, -1);
        }

        void h(int qubit) {
            double r = Math.sqrt(0.5);
            mix(qubit, r, r, r, -r);
        }

        void ry(int qubit, double angle) {
            double c = Math.cos(angle / 2);
            double s = Math.sin(angle / 2);
            mix(qubit, c, -s, s, c);
        }

        private void mix(int qubit, double a00, double a01, double a10, double a11) {
            int bit = 1 << qubit;
            for (double[] state : states) {
                for (int zero = 0; zero < state.length; zero++) {
                    if ((zero & bit) == 0) {
                        double x = state[zero];
                        double y = state[zero | bit];
                        state[zero] = a00 * x + a01 * y;
                        state[zero | bit] = a10 * x + a11 * y;
                    }
                }
            }
        }

        /** Applies the gate to a qubit and the next one. */
        void cz(int qubit) {
            int both = 3 << qubit;
            for (double[] state : states) {
                for (int bits = 0; bits < state.length; bits++) {
                    if ((bits & both) == both) {
                        state[bits] = -state[bits];
                    }
                }
            }
        }

        /** Applies the whole gate to a qubit and the next one. */
        void turn(int qubit, double angle) {
            double c = Math.cos(angle);
            double s = Math.sin(angle);
            int upper = 1 << qubit;
            int both = 3 << qubit;
            for (double[] state : states) {
                for (int bits = 0; bits < state.length; bits++) {
                    if ((bits & both) == upper) {
                        double x = state[bits];
                        double y = state[bits ^ both];
                        state[bits] = c * x - s * y;
                        state[bits ^ both] = s * x + c * y;
                    }
                }
            }
        }
    }
}
