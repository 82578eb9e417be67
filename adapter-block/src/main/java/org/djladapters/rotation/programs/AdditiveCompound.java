/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import java.util.List;
import org.djladapters.rotation.CompoundLayout;

/**
 * The additive compound c<sub>k</sub>(A) of a matrix A of size n, perhaps with a diagonal of zeros:
 * the derivative of C<sub>k</sub>(I + t A) at t = 0. For i &ne; j the entry A<sub>ij</sub> stands,
 * with a sign, wherever a row's subset L &cup; {i} meets a column's subset L &cup; {j}, for every L
 * of k - 1 indices without i and j: (-1)<sup>p + q</sup>, where p and q are the positions of i and
 * j in their subsets. The entry A<sub>ii</sub> stands on the diagonal wherever a subset has i. All
 * other entries are zero.
 */
final class AdditiveCompound {

    private final int n;
    private final int size;
    private final int terms;
    private final long[] positions;
    private final float[] signs;

    /**
     * Finds the entries of order k of a matrix of size n, whose diagonal is zero if it has none.
     */
    AdditiveCompound(int n, int k, boolean diagonal) {
        this.n = n;
        List<int[]> subsets = CompoundLayout.subsets(n, k);
        size = subsets.size();
        terms = Math.max(1, (int) CompoundLayout.binomial(diagonal ? n - 1 : n - 2, k - 1));
        positions = new long[Math.multiplyExact(Math.multiplyExact(n, n), terms)];
        signs = new float[positions.length];
        int[] found = new int[n * n];
        for (int row = 0; row < size; row++) {
            int[] subset = subsets.get(row);
            for (int p = 0; p < k; p++) {
                if (diagonal) {
                    add((long) row * size + row, subset[p] * (n + 1), 1, found);
                }
                for (int j = 0; j < n; j++) {
                    if (!contains(subset, j)) {
                        add(row, subset, p, j, found);
                    }
                }
            }
        }
    }

    private void add(int row, int[] subset, int p, int j, int[] found) {
        int[] other = new int[subset.length];
        int q = 0;
        int at = 0;
        for (int i = 0; i < subset.length; i++) {
            if (i != p && subset[i] < j) {
                other[at++] = subset[i];
                q++;
            }
        }
        other[at++] = j;
        for (int i = 0; i < subset.length; i++) {
            if (i != p && subset[i] > j) {
                other[at++] = subset[i];
            }
        }
        long position = (long) row * size + IndexPlan.rank(other, n);
        add(position, subset[p] * n + j, (p + q) % 2 == 0 ? 1 : -1, found);
    }

    private void add(long position, int entry, int sign, int[] found) {
        int place = entry * terms + found[entry]++;
        positions[place] = position;
        signs[place] = sign;
    }

    private static boolean contains(int[] subset, int index) {
        for (int element : subset) {
            if (element == index) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of subsets, binomial(n, k). */
    int size() {
        return size;
    }

    /**
     * Returns how often an entry of A stands in the compound, binomial(n - 2, k - 1), or n - 1 with
     * a diagonal, whose entries do; the places that others leave have the sign zero.
     */
    int terms() {
        return terms;
    }

    /** Returns where the entries of A stand, row by row, {@link #terms} places for each. */
    long[] positions() {
        return positions;
    }

    /** Returns the signs at these places, zero where there is no entry. */
    float[] signs() {
        return signs;
    }
}
