/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.djladapters.circuit.Matrices.minor;
import static org.djladapters.circuit.Matrices.rotation;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Errors drawn at random, against probabilities summed over all patterns of errors. */
class NoiseModelTest {

    private static final int DRAWS = 40_000;

    /** Five standard deviations of a share of that many draws, which is at most 1/2 of them. */
    private static final double CHANCE = 5 * 0.5 / Math.sqrt(DRAWS);

    @Test
    void withoutErrorsTheMatrixIsTheCompoundMatrix() {
        double[][] q = rotation(5, 1);
        GivensNetwork network = GivensNetwork.of(q, NetworkLayout.BRICK);
        List<Long> sets = Subsets.of(5, 2);

        double[][] matrix = new NoiseModel(0, 0).sample(network, 2, new Random(1));

        for (int i = 0; i < sets.size(); i++) {
            for (int j = 0; j < sets.size(); j++) {
                assertThat(matrix[i][j])
                        .isCloseTo(minor(q, sets.get(i), sets.get(j)), within(1e-13));
            }
        }
    }

    @Test
    void errorsOfGatesComeAsOftenAsTheyShould() {
        double p = 0.3;
        double angle = 0.7;
        GivensNetwork network = new GivensNetwork(2, List.of(new GivensGate(0, angle)));

        double[] kept = keptShares(angle, p);

        assertThat(meanSquares(new NoiseModel(p, 0), network)[0])
                .isCloseTo(kept[0] / (kept[0] + kept[1]), within(CHANCE));
    }

    /** The exact probabilities of |10> and |01> after a noisy gate on |10>. */
    private static double[] keptShares(double angle, double p) {
        double[] shares = new double[2];
        for (int between = 0; between < 16; between++) {
            for (int after = 0; after < 16; after++) {
                StateVector state = new StateVector(2, 1);
                state.h(0);
                state.h(1);
                state.cz(0, 1);
                strike(state, between);
                state.ry(0, angle);
                state.ry(1, -angle);
                state.cz(0, 1);
                strike(state, after);
                state.h(0);
                state.h(1);
                double probability =
                        (between == 0 ? 1 - p : p / 15) * (after == 0 ? 1 - p : p / 15);
                shares[0] += probability * Math.pow(state.amplitude(1), 2);
                shares[1] += probability * Math.pow(state.amplitude(2), 2);
            }
        }
        return shares;
    }

    private static void strike(StateVector state, int error) {
        for (int qubit = 0; qubit < 2; qubit++) {
            int pauli = (error >> (2 * qubit)) & 3;
            if (pauli == 1 || pauli == 2) {
                state.x(qubit);
            }
            if (pauli == 2 || pauli == 3) {
                // Z, as H X H
                state.h(qubit);
                state.x(qubit);
                state.h(qubit);
            }
        }
    }

    @Test
    void errorsOfReadingComeAsOftenAsTheyShould() {
        double r = 0.2;
        GivensNetwork still = new GivensNetwork(2, List.of());
        double right = (1 - r) * (1 - r);
        double wrong = r * r;

        assertThat(meanSquares(new NoiseModel(0, r), still)[0])
                .isCloseTo(right / (right + wrong), within(CHANCE));
    }

    /** What the matrix makes of |10>, squared, on average. */
    private static double[] meanSquares(NoiseModel noise, GivensNetwork network) {
        Random random = new Random(5);
        double[] means = new double[2];
        for (int draw = 0; draw < DRAWS; draw++) {
            double[][] matrix = noise.sample(network, 1, random);
            means[0] += matrix[0][0] * matrix[0][0] / DRAWS;
            means[1] += matrix[1][0] * matrix[1][0] / DRAWS;
        }
        return means;
    }

    @Test
    void whatCanNotBeSimulatedIsRefused() {
        GivensNetwork still = new GivensNetwork(3, List.of());

        assertThatThrownBy(() -> new NoiseModel(1.5, 0))
                .hasMessageContaining("from 0 to 1, got 1.5");
        assertThatThrownBy(() -> new NoiseModel(0, 1).sample(still, 1, new Random(1)))
                .hasMessageContaining("no shot keeps its number of ones");
        assertThatThrownBy(
                        () ->
                                new NoiseModel(0, 0)
                                        .sample(new GivensNetwork(15, List.of()), 1, new Random(1)))
                .hasMessageContaining("up to 14 qubits, but there are 15");
    }
}
