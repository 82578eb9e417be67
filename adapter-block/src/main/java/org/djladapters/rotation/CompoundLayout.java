/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/**
 * The way in which compound matrices of one orthogonal matrix fill the blocks of a rotation of
 * {@code features} coordinates.
 *
 * <p>The first {@code blocks} &middot; {@code blockSize} coordinates are rotated block by block,
 * the rest is left alone. A block is block_diag(C<sub>k1</sub>(Q), C<sub>k2</sub>(Q), ..., I) in
 * the given sequence of orders, where Q has the largest size n with &Sigma;<sub>k</sub> binomial(n,
 * k) &le; blockSize.
 *
 * @param features the number of coordinates d
 * @param orders the orders k &ge; 1, all different
 * @param blocks the number of blocks
 * @param blockSize the size b of a block
 * @param size the size n of the orthogonal matrix of a block
 */
public record CompoundLayout(
        int features, List<Integer> orders, int blocks, int blockSize, int size) {

    /** Blocks that are fuller of their parts than this are multiplied whole. */
    private static final double FULL = 0.8;

    /** The same for blocks of at most {@link #SMALL_BLOCK} features. */
    private static final double HALF_FULL = 0.5;

    private static final int SMALL_BLOCK = 128;

    /** Checks the sizes and copies the orders. */
    public CompoundLayout {
        orders = List.copyOf(orders);
        checkOrders(orders);
        if (blocks < 1 || blockSize < 1 || (long) blocks * blockSize > features) {
            throw new IllegalArgumentException(
                    "%s blocks of size %s do not fit into %s features"
                            .formatted(blocks, blockSize, features));
        }
        if (size < 1 || filled(size, orders) > blockSize) {
            throw new IllegalArgumentException(
                    ("Matrices of size n = %s with orders %s fill %s coordinates, more than"
                                    + " the %s of a block")
                            .formatted(size, orders, filled(size, orders), blockSize));
        }
    }

    /**
     * Divides the features into a number of blocks of size floor(features / blocks).
     *
     * @param features the number of coordinates
     * @param blocks the number of blocks
     * @param orders the orders
     * @throws IllegalArgumentException if the blocks do not fit or an order does not exist
     */
    public static CompoundLayout ofBlocks(int features, int blocks, List<Integer> orders) {
        if (blocks < 1 || blocks > features) {
            throw new IllegalArgumentException(
                    "%s blocks do not fit into %s features; there may be 1 to %s"
                            .formatted(blocks, features, features));
        }
        int blockSize = features / blocks;
        return new CompoundLayout(features, orders, blocks, blockSize, sizeFor(blockSize, orders));
    }

    /**
     * Divides the features into floor(features / blockSize) blocks of a given size.
     *
     * @param features the number of coordinates
     * @param blockSize the size of a block
     * @param orders the orders
     * @throws IllegalArgumentException if the blocks do not fit or an order does not exist
     */
    public static CompoundLayout ofBlockSize(int features, int blockSize, List<Integer> orders) {
        if (blockSize < 1 || blockSize > features) {
            throw new IllegalArgumentException(
                    "Blocks of size %s do not fit into %s features; it may be 1 to %s"
                            .formatted(blockSize, features, features));
        }
        int blocks = features / blockSize;
        return new CompoundLayout(features, orders, blocks, blockSize, sizeFor(blockSize, orders));
    }

    /** Returns the number of rotated coordinates, blocks &middot; blockSize. */
    public int rotated() {
        return blocks * blockSize;
    }

    /**
     * Returns the number of coordinates of a block that its compound matrices fill.
     *
     * @return &Sigma;<sub>k</sub> binomial(n, k)
     */
    public int filled() {
        return (int) filled(size, orders);
    }

    /** Returns the number of entries above the diagonal of a block's matrix, n(n-1)/2. */
    public int triangle() {
        return size * (size - 1) / 2;
    }

    /**
     * Returns the number of rows of the largest compound matrix on the way to the largest order,
     * which is made of all orders before it; once that is too large, a number that is not less.
     */
    public long widest() {
        long widest = size;
        for (int order = 2; order <= Math.min(largestOrder(), size / 2); order++) {
            widest = Math.max(widest, binomial(size, order));
            if (widest > Integer.MAX_VALUE) {
                return widest;
            }
        }
        return widest;
    }

    /**
     * Returns the sizes of the parts of a block that products are computed of, one after the other:
     * those of its compound matrices, or the block as a whole where these nearly fill it, since
     * small products are slow.
     */
    public List<Integer> parts() {
        double filled = squares() / ((double) blockSize * blockSize);
        if (filled > FULL || (blockSize <= SMALL_BLOCK && filled > HALF_FULL)) {
            return List.of(blockSize);
        }
        return orders.stream().map(order -> (int) binomial(size, order)).toList();
    }

    /**
     * Returns the number of entries of a block's compound matrices, &Sigma; binomial(n, k)&sup2;.
     */
    public long squares() {
        return orders.stream().mapToLong(order -> square(binomial(size, order))).sum();
    }

    /**
     * Returns the number of entries of a block's compound matrices, &Sigma; binomial(n, k)&sup2;.
     */
    public long expansions() {
        long sum = 0;
        for (int order = 2; order <= Math.min(largestOrder(), size); order++) {
            sum += 2L * order * square(binomial(size, order));
        }
        return sum;
    }

    private static long square(long number) {
        return number * number;
    }

    /** Returns the largest order. */
    public int largestOrder() {
        return orders.stream().mapToInt(Integer::intValue).max().getAsInt();
    }

    /**
     * Checks that every order has something to train: C<sub>n</sub>(Q) = det Q = 1, so an order
     * must be less than n.
     *
     * @throws IllegalArgumentException if one has not; the message names the block size it needs
     */
    public void requireFreedom() {
        int largest = largestOrder();
        if (largest < size) {
            return;
        }
        long needed = filled(largest + 1L, orders);
        throw new IllegalArgumentException(
                ("Blocks of size %s are too small for order %s: they hold matrices of size n = %s"
                     + " and an order must be less than n. Orders %s need a block size of at least"
                     + " %s%s")
                        .formatted(
                                blockSize,
                                largest,
                                size,
                                orders,
                                needed,
                                (needed <= features
                                        ? ", that is a number of blocks of at most "
                                                + features / needed
                                        : ", more than the " + features + " features there are")));
    }

    /**
     * Checks that orders exist and are different.
     *
     * @throws IllegalArgumentException if they are not
     */
    public static void checkOrders(List<Integer> orders) {
        if (orders.isEmpty() || new HashSet<>(orders).size() != orders.size()) {
            throw new IllegalArgumentException(
                    "The orders must be one or more different numbers, got " + orders);
        }
        for (int order : orders) {
            if (order < 1) {
                throw new IllegalArgumentException(
                        "Order " + order + " does not exist; orders start at 1");
            }
        }
    }

    /**
     * Returns the block sizes that orders fill without a rest.
     *
     * @param orders the orders
     * @param largest the largest size of interest
     * @return the sizes with something to train in every order, ascending; with orders 1, 2 and 3
     *     these are 14, 25, 41, 63, 92, 129, ...
     */
    public static List<Integer> filledSizes(List<Integer> orders, int largest) {
        checkOrders(orders);
        List<Integer> sizes = new ArrayList<>();
        long n = Collections.max(orders) + 1L;
        for (long size = filled(n, orders); size <= largest; size = filled(n, orders)) {
            sizes.add((int) size);
            n++;
        }
        return sizes;
    }

    /**
     * Returns the block sizes next to that of this layout which its orders fill without a rest.
     *
     * @return none if they fill it already, otherwise the sizes for n and n + 1, if there are such
     *     with something to train in every order
     */
    public List<Integer> neighbours() {
        if (filled() == blockSize) {
            return List.of();
        }
        long next = filled(size + 1L, orders);
        return filledSizes(orders, (int) Math.min(next, features)).stream()
                .filter(filled -> filled == filled() || filled == next)
                .toList();
    }

    private static int sizeFor(int blockSize, List<Integer> orders) {
        // without orders, or with order 0, no size would fill the block
        checkOrders(orders);
        // smaller matrices fill nothing
        int n = Math.max(1, Collections.min(orders) - 1);
        while (n < Integer.MAX_VALUE && filled(n + 1L, orders) <= blockSize) {
            n++;
        }
        return n;
    }

    private static long filled(long n, List<Integer> orders) {
        long sum = 0;
        for (int order : orders) {
            sum = Math.min(Integer.MAX_VALUE + 1L, sum + binomial(n, order));
        }
        return sum;
    }

    /**
     * Returns the k-subsets of 0, ..., n - 1 in lexicographic order, each ascending: that of the
     * rows and columns of a compound matrix.
     */
    public static List<int[]> subsets(int n, int k) {
        List<int[]> subsets = new ArrayList<>();
        if (k > n) {
            return subsets;
        }
        int[] subset = new int[k];
        Arrays.setAll(subset, i -> i);
        while (true) {
            subsets.add(subset.clone());
            int i = k - 1;
            while (i >= 0 && subset[i] == n - k + i) {
                i--;
            }
            if (i < 0) {
                return subsets;
            }
            subset[i]++;
            for (int j = i + 1; j < k; j++) {
                subset[j] = subset[j - 1] + 1;
            }
        }
    }

    /**
     * Returns the number of k-subsets of n things, binomial(n, k); above the range of int, which no
     * block reaches, the next number.
     */
    public static long binomial(long n, int k) {
        if (k < 0 || k > n) {
            return 0;
        }
        long value = 1;
        for (long i = 1; i <= Math.min(k, n - k); i++) {
            value = value * (n - i + 1) / i;
            if (value > Integer.MAX_VALUE) {
                return Integer.MAX_VALUE + 1L;
            }
        }
        return value;
    }
}
