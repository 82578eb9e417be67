/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.HashMap;
import java.util.Map;

/**
 * The state of qubits, of which only amplitudes that are not zero are kept, and the standard gates
 * with real entries that circuits here are made of. It knows these gates only, nothing of
 * rotations, so that it can test circuits.
 *
 * <p>Basis states are bits: bit i is set where qubit i is 1.
 */
public final class StateVector {

    /** Amplitudes below are what is left where sums cancel. */
    private static final double NOTHING = 1e-18;

    private final int qubits;
    private Map<Long, Double> amplitudes = new HashMap<>();

    /**
     * Creates the state in which given qubits are 1.
     *
     * @param qubits the number of qubits, 62 at most
     * @param ones the bits of those that are 1
     */
    public StateVector(int qubits, long ones) {
        if (qubits < 1 || qubits > Subsets.MOST_QUBITS || ones < 0 || ones >= 1L << qubits) {
            throw new IllegalArgumentException(
                    "There is no state %d of %d qubits; 1 to %d qubits can be simulated"
                            .formatted(ones, qubits, Subsets.MOST_QUBITS));
        }
        this.qubits = qubits;
        amplitudes.put(ones, 1.0);
    }

    /** Returns the amplitude of a basis state, given by the bits of the qubits that are 1. */
    public double amplitude(long ones) {
        return amplitudes.getOrDefault(ones, 0.0);
    }

    /** Returns the number of basis states with an amplitude. */
    public int support() {
        return amplitudes.size();
    }

    /** Exchanges |0> and |1> of a qubit. */
    public void x(int qubit) {
        permute(bits -> bits ^ bit(qubit));
    }

    /** Exchanges |0> and |1> of a qubit where the control is 1. */
    public void cx(int control, int target) {
        long controlBit = bit(control);
        long targetBit = bit(target);
        permute(bits -> (bits & controlBit) == 0 ? bits : bits ^ targetBit);
    }

    /** Changes the sign where two qubits are 1. */
    public void cz(int one, int other) {
        long both = bit(one) | bit(other);
        amplitudes.replaceAll((bits, value) -> (bits & both) == both ? -value : value);
    }

    /**
     * Applies the Hadamard gate: |0> becomes (|0> + |1>)/&radic;2 and |1> becomes (|0> -
     * |1>)/&radic;2.
     */
    public void h(int qubit) {
        double r = Math.sqrt(0.5);
        mix(qubit, r, r, r, -r);
    }

    /**
     * Applies the rotation exp(-i angle Y / 2), the angle in radians: |0> becomes cos(angle/2) |0>
     * + sin(angle/2) |1>.
     */
    public void ry(int qubit, double angle) {
        double c = Math.cos(angle / 2);
        double s = Math.sin(angle / 2);
        mix(qubit, c, -s, s, c);
    }

    private long bit(int qubit) {
        if (qubit < 0 || qubit >= qubits) {
            throw new IllegalArgumentException(
                    "Qubit %d is not one of %d".formatted(qubit, qubits));
        }
        return 1L << qubit;
    }

    private void permute(LongMap map) {
        Map<Long, Double> moved = new HashMap<>();
        amplitudes.forEach((bits, value) -> moved.put(map.apply(bits), value));
        amplitudes = moved;
    }

    @FunctionalInterface
    private interface LongMap {
        long apply(long bits);
    }

    private void mix(int qubit, double a00, double a01, double a10, double a11) {
        long bit = bit(qubit);
        Map<Long, Double> mixed = new HashMap<>();
        amplitudes.forEach(
                (bits, value) -> {
                    boolean one = (bits & bit) != 0;
                    mixed.merge(bits & ~bit, (one ? a01 : a00) * value, Double::sum);
                    mixed.merge(bits | bit, (one ? a11 : a10) * value, Double::sum);
                });
        mixed.values().removeIf(value -> Math.abs(value) < NOTHING);
        amplitudes = mixed;
    }
}
