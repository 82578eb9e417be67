/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.List;

/** The k-subsets of n qubits in lexicographic order, as bits: bit i is set if qubit i is 1. */
final class Subsets {

    /** Sets are bits of a long. */
    static final int MOST_QUBITS = 62;

    private Subsets() {}

    static List<Long> of(int n, int k) {
        if (n > MOST_QUBITS) {
            throw new IllegalArgumentException(
                    "Sets of %d qubits are more than can be told apart here; %d are the most."
                            .formatted(n, MOST_QUBITS));
        }
        if (k < 0 || k > n) {
            throw new IllegalArgumentException(
                    "Of %d qubits %d can't be 1; choose a weight from 0 to %d.".formatted(n, k, n));
        }
        List<Long> subsets = new ArrayList<>();
        collect(0, n, k, 0, subsets);
        return subsets;
    }

    private static void collect(int from, int n, int k, long chosen, List<Long> subsets) {
        if (k == 0) {
            subsets.add(chosen);
            return;
        }
        for (int i = from; i <= n - k; i++) {
            collect(i + 1, n, k - 1, chosen | 1L << i, subsets);
        }
    }
}
