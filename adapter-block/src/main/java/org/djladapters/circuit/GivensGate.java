/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import org.djladapters.io.PlainNumber;

/**
 * A rotation of two neighbouring coordinates, a reconfigurable beam splitter (RBS) gate on two
 * neighbouring qubits:
 *
 * <pre>
 *   x'[i]     = cos(angle) x[i] - sin(angle) x[i + 1]
 *   x'[i + 1] = sin(angle) x[i] + cos(angle) x[i + 1]
 * </pre>
 *
 * <p>The qubits' states |00> and |11> stay, |10> and |01> are turned like x[i] and x[i + 1].
 *
 * @param qubit i, the first of the two
 * @param angle the angle in radians
 */
public record GivensGate(int qubit, double angle) {

    /** Checks the values. */
    public GivensGate {
        if (qubit < 0 || !Double.isFinite(angle)) {
            throw new IllegalArgumentException(
                    "There is no gate on qubit %s with angle %s"
                            .formatted(qubit, PlainNumber.of(angle)));
        }
    }

    /** Returns the gate that undoes this one, with the opposite angle. */
    public GivensGate inverse() {
        return new GivensGate(qubit, -angle);
    }
}
