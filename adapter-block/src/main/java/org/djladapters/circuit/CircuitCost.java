/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.Arrays;
import org.djladapters.io.PlainNumber;

/**
 * The demands of a circuit on a quantum computer.
 *
 * @param qubits the number of qubits
 * @param twoQubitGates the number of two-qubit gates of the standard library ({@code cz} and {@code
 *     cx}) that {@link OpenQasm} writes: two for a rotation of neighbours, and 2<sup>c + 1</sup>
 *     more if it has c controls
 * @param depth the longest sequence of such gates that have to wait for one another
 */
public record CircuitCost(int qubits, long twoQubitGates, long depth) {

    /** Counts the gates of a circuit. */
    public static CircuitCost of(Circuit circuit) {
        long gates = 0;
        long[] busy = new long[circuit.qubits()];
        for (Circuit.Turn turn : circuit.turns()) {
            int controls = turn.controls().size();
            // both qubits are turned, one after the other, by as many cx as there are turns
            long length = 2 + (controls == 0 ? 0 : 2L << controls);
            gates += length;
            int first = turn.gate().qubit();
            long start = Math.max(busy[first], busy[first + 1]);
            for (int control : turn.controls()) {
                start = Math.max(start, busy[control]);
            }
            busy[first] = start + length;
            busy[first + 1] = start + length;
            for (int control : turn.controls()) {
                busy[control] = start + length;
            }
        }
        return new CircuitCost(circuit.qubits(), gates, Arrays.stream(busy).max().orElse(0));
    }

    /**
     * Returns the number of shots after which the magnitudes of a vector y of D entries, estimated
     * as the roots of the shares of the outcomes, have a root mean square error &epsilon; |y| in
     * total: (D - 1) / (4 &epsilon;&sup2;), since the root of a share p of N shots has variance (1
     * - p) / 4N, for many shots. The {@link Readout} of signs takes as many for each of its n - 1
     * circuits.
     *
     * @param entries D
     * @param error &epsilon;, between 0 and 1
     */
    public static long shots(long entries, double error) {
        if (!(error > 0 && error < 1)) {
            throw new IllegalArgumentException(
                    "The error of a vector must be between 0 and 1, got " + PlainNumber.of(error));
        }
        return (long) Math.ceil((entries - 1) / (4 * error * error));
    }
}
