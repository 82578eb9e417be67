/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.orthogonal;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the inputs of a layer are cut into blocks of equal size.
 *
 * @param blocks the number of blocks
 * @param size the size of a block, at least 2 since a block of 1 has nothing to rotate
 */
public record Division(int blocks, int size) {

    /**
     * Cuts inputs into a number of blocks, or into blocks of a size where that is 0; throws an
     * {@link IllegalArgumentException} that says what divides the inputs if that does not.
     */
    public static Division exact(int inputs, int blocks, int size) {
        boolean sized = size > 0;
        List<Integer> fitting =
                IntStream.rangeClosed(1, inputs)
                        .filter(n -> inputs % n == 0 && (sized ? n : inputs / n) > 1)
                        .boxed()
                        .toList();
        if (!fitting.contains(sized ? size : blocks)) {
            String numbers =
                    fitting.stream().map(String::valueOf).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    (sized ? "Blocks of size " + size : blocks + " blocks")
                            + " do not divide "
                            + inputs
                            + " inputs; "
                            + (fitting.isEmpty()
                                    ? "leave the layer out of the targets"
                                    : (sized ? "sizes" : "numbers") + " that do are " + numbers));
        }
        return sized ? new Division(inputs / size, size) : new Division(blocks, inputs / blocks);
    }

    /**
     * Cuts by the divisor that is nearest to what is set, the smaller of two that are as near;
     * throws an {@link IllegalArgumentException} if the blocks would have a size of 1.
     */
    public static Division nearest(int inputs, int blocks, int size) {
        int asked = Math.max(blocks, size);
        int nearest = 1;
        for (int n = 2; n <= inputs; n++) {
            if (inputs % n == 0 && Math.abs(n - asked) < Math.abs(nearest - asked)) {
                nearest = n;
            }
        }
        return size > 0 ? exact(inputs, 0, nearest) : exact(inputs, nearest, 0);
    }

    @Override
    public String toString() {
        return blocks + (blocks == 1 ? " block of " : " blocks of ") + size;
    }
}
