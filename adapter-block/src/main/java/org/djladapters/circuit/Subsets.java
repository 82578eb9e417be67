/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.Arrays;
import java.util.List;
import org.djladapters.rotation.CompoundLayout;

/** The k-subsets of n qubits in lexicographic order, as bits: bit i is set if qubit i is 1. */
final class Subsets {

    /** Sets are bits of a long. */
    static final int MOST_QUBITS = 62;

    private Subsets() {}

    static List<Long> of(int n, int k) {
        if (n > MOST_QUBITS) {
            throw new IllegalArgumentException(
                    "At most %d qubits are supported, got %d".formatted(MOST_QUBITS, n));
        }
        if (k < 0 || k > n) {
            throw new IllegalArgumentException(
                    "The Hamming weight of %d qubits can't be %d; choose one from 0 to %d"
                            .formatted(n, k, n));
        }
        return CompoundLayout.subsets(n, k).stream()
                .map(subset -> Arrays.stream(subset).mapToLong(i -> 1L << i).sum())
                .toList();
    }
}
