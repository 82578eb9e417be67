/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import java.util.Locale;
import org.djladapters.io.Names;

/** The type that the factors of products of linear layers are rounded to, see {@link Matmul}. */
public enum Precision {
    /** Not rounded at all. */
    FLOAT32(32),

    /**
     * Factors are rounded to bfloat16, which has the range of float32 and 8 bits of mantissa. Their
     * products are added up in float32, and the sums are rounded to bfloat16 once more.
     */
    BFLOAT16(16);

    private final int bits;

    Precision(int bits) {
        this.bits = bits;
    }

    /**
     * Returns the bits of a factor.
     *
     * @return 32 or 16
     */
    public int bits() {
        return bits;
    }

    /**
     * Finds a precision by its name on the command line.
     *
     * @param name {@code float32} or {@code bfloat16}
     */
    public static Precision of(String name) {
        return Names.parse(Precision.class, "precision", name);
    }

    /** Returns the lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
