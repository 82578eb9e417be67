/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.djladapters.io.Internal;

/**
 * A linear map of the first coordinates of a vector: a sequence of steps, each a gather of the
 * coordinates followed by a product with a block-diagonal matrix from the right. The coordinates
 * beyond the blocks are left alone.
 *
 * @param blocks the blocks, of shape (steps, blocks, b, b); for passes without gradients also of
 *     shape (blocks, numbers), the squares of their parts row by row
 * @param index the gathers, permutations of int64 of shape (steps + 1, blocks &middot; b): one
 *     before every step and one after the last; null for none; with squares of parts the sizes of a
 *     block and of its parts
 * @param parts the sizes of the squares on the diagonal of every block outside of which it is the
 *     identity; empty for blocks without such parts
 */
@Internal
public record BlockRotation(NDArray blocks, NDArray index, List<Integer> parts) {

    /** Blocks without parts. */
    public BlockRotation(NDArray blocks, NDArray index) {
        this(blocks, index, List.of());
    }

    /** Copies the list. */
    public BlockRotation {
        parts = List.copyOf(parts);
    }

    /**
     * Tells whether a single product without gathers rotates: one step of blocks that are no
     * numbers.
     */
    public boolean isPlain() {
        Shape shape = blocks.getShape();
        return index == null && shape.dimension() == 4 && shape.get(0) == 1 && shape.get(3) > 1;
    }

    /**
     * Returns the size of a block, followed by those of its parts for products part by part, where
     * small neighbours are one.
     */
    public List<Integer> sizes() {
        int block = Math.toIntExact(blocks.getShape().get(3));
        List<Integer> sizes = new ArrayList<>(List.of(block));
        List<Integer> all = parts.isEmpty() ? List.of(block) : parts;
        int largest = Collections.max(all);
        for (int size : all) {
            int last = sizes.size() - 1;
            if (last > 0 && sizes.get(last) + size <= largest) {
                sizes.set(last, sizes.get(last) + size);
            } else {
                sizes.add(size);
            }
        }
        return sizes;
    }
}
