/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import org.djladapters.rotation.BlockRotation;

/**
 * The shuffles of a butterfly, a product M = M<sub>m-1</sub> ... M<sub>1</sub> M<sub>0</sub> of
 * matrices M<sub>i</sub> = P<sub>i</sub> D<sub>i</sub> P<sub>i</sub><sup>T</sup> with D<sub>i</sub>
 * block diagonal of blocks of size b.
 *
 * <p>P<sub>i</sub> has a one at (a, p<sub>i</sub>(a)). Within every b&middot;2<sup>i</sup>
 * consecutive coordinates, p<sub>i</sub> lists the pieces of b/2 coordinates with even number and
 * then those with odd number; so D<sub>i</sub> joins halves of blocks that lie
 * b&middot;2<sup>i-1</sup> coordinates apart. p<sub>0</sub> is the identity.
 *
 * <p>Source: Liu et al., "Parameter-Efficient Orthogonal Finetuning via Butterfly Factorization",
 * arXiv 2311.06243.
 */
public final class Butterfly {

    private Butterfly() {}

    /**
     * Returns the gathers by which a {@link BlockRotation} with the steps D<sub>m-1</sub>, ...,
     * D<sub>0</sub> is x M.
     *
     * @param blocks the number of blocks, a multiple of 2<sup>m-1</sup>
     * @param size b, even
     * @param factors m
     * @return m + 1 permutations of blocks &middot; b coordinates
     */
    public static long[][] gathers(int blocks, int size, int factors) {
        // x P D P^T: coordinate a goes to p(a) before the product, and comes from there after it
        long[][] gathers = new long[factors + 1][];
        long[] after = shuffle(0, blocks, size);
        for (int step = 0; step < factors; step++) {
            long[] shuffle = shuffle(factors - 1 - step, blocks, size);
            gathers[step] = new long[shuffle.length];
            for (int a = 0; a < shuffle.length; a++) {
                gathers[step][(int) shuffle[a]] = after[a];
            }
            after = shuffle;
        }
        gathers[factors] = after;
        return gathers;
    }

    /** Returns the permutation p<sub>i</sub>. */
    static long[] shuffle(int i, int blocks, int size) {
        int half = size / 2;
        int chunk = size << i;
        int pieces = 2 << i;
        long[] shuffle = new long[blocks * size];
        for (int a = 0; a < shuffle.length; a++) {
            int piece = a % chunk / half;
            int from = 2 * piece < pieces ? 2 * piece : 2 * piece - pieces + 1;
            shuffle[a] = a - a % chunk + (long) from * half + a % half;
        }
        return shuffle;
    }
}
