/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

/**
 * How the products of linear layers are computed on a CPU, see {@code product.py}.
 *
 * <p>The engine's own product goes to MKL, which reaches half the speed of oneDNN on processors of
 * AMD. Which one is faster depends on the processor and, for few rows, on their number. Results
 * differ by rounding only, but they differ, so whatever must be repeated bit by bit keeps its
 * choice. Products on other devices and of other types than float32 are the engine's own in any
 * case.
 *
 * @param rows the number of rows of inputs from which on oneDNN is used; {@link #NEVER} for the
 *     engine's own product
 * @param bits the bits of the factors where oneDNN is used: 32, or 16 for bfloat16; sums have 32
 */
public record Matmul(int rows, int bits) {

    /** More rows than there are. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** The engine's own product. */
    public static final Matmul MKL = new Matmul(NEVER, 32);

    /**
     * The numbers that {@code product.py} takes as the way of a product.
     *
     * @return rows and bits; nothing for the engine's own product
     */
    public long[] way() {
        return rows == NEVER ? new long[0] : new long[] {rows, bits};
    }
}
