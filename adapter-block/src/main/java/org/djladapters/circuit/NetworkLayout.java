/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.Locale;

/** The arrangements of the gates of a network of neighbouring qubits. */
public enum NetworkLayout {
    /**
     * Columns are cleared one after the other, by gates that run along the wires: depth 2n - 3
     * (Reck et al., "Experimental realization of any discrete unitary operator", PRL 73, 58, 1994;
     * as a quantum circuit Kerenidis, Landman and Mathur, "Classical and Quantum Algorithms for
     * Orthogonal Neural Networks", arXiv 2106.07198).
     */
    PYRAMID,

    /**
     * Gates of even and odd pairs take turns: depth n, the least there can be (Clements et al.,
     * "Optimal design for universal multiport interferometers", Optica 3, 1460, 2016).
     */
    BRICK;

    /** Returns the lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
