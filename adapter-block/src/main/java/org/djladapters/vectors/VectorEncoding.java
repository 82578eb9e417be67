/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import java.util.Locale;

/** How the numbers of vectors are stored. */
public enum VectorEncoding {
    /** Four bytes a number, as models give them: a {@link VectorTable}. */
    FLOAT32,

    /** A byte a number: the 256 steps from the lowest to the highest number of its dimension. */
    INT8,

    /** A bit a number: whether it is greater than 0. */
    BINARY;

    /**
     * Returns how many bytes a vector takes.
     *
     * @param dimensions the number of its numbers
     */
    public int bytes(int dimensions) {
        return switch (this) {
            case FLOAT32 -> Math.multiplyExact(dimensions, Float.BYTES);
            case INT8 -> dimensions;
            case BINARY -> (dimensions + Byte.SIZE - 1) / Byte.SIZE;
        };
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
