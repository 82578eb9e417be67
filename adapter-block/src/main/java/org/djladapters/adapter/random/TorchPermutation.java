/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.random;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The beginning of a random permutation, as PyTorch draws it from a generator of a seed on a CPU
 * ({@code torch.randperm}), number for number, since files of PEFT have the seed and not what was
 * drawn.
 */
public final class TorchPermutation {

    private TorchPermutation() {}

    /**
     * Draws the first numbers of a permutation of those from 0 to size - 1.
     *
     * @param seed the seed of the generator
     * @param size how many numbers are permuted, fewer than 2<sup>32</sup> / 20: PyTorch draws
     *     otherwise from there on
     * @param count how many of them are needed
     */
    public static long[] first(int seed, int size, int count) {
        MersenneTwister random = new MersenneTwister(seed);
        // Fisher and Yates from the front; only what was moved is kept
        Map<Integer, Integer> moved = new HashMap<>();
        long[] drawn = new long[count];
        for (int i = 0; i < count; i++) {
            // the last number is not drawn for
            int step =
                    i == size - 1
                            ? 0
                            : (int) (Integer.toUnsignedLong(random.nextInt()) % (size - i));
            int other = i + step;
            drawn[i] = moved.getOrDefault(other, other);
            moved.put(other, moved.getOrDefault(i, i));
        }
        return drawn;
    }
}
