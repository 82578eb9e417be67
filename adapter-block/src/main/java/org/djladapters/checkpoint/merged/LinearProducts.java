/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.util.Optional;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.MergedProgram;

/**
 * The way in which the linear layers of an exported model compute their products. The results are
 * the same but for rounding.
 *
 * @param program the functions that the layers call, empty where the program of the base model
 *     stays as it is
 * @param rows the number of rows of inputs from which the functions compute in their own way
 */
public record LinearProducts(Optional<MergedProgram> program, int rows) {

    /** The products of the base model's program. */
    public static final LinearProducts ORIGINAL = new LinearProducts(Optional.empty(), 1);

    /**
     * Convolutions of fewer rows are not faster than the engine's own product, which is taken for
     * them.
     */
    public static final LinearProducts PORTABLE =
            new LinearProducts(Optional.of(MergedProgram.PORTABLE), 64);

    /**
     * Returns {@link #ORIGINAL} for {@link Matmul#MKL}, otherwise the products by oneDNN's operator
     * from so many rows on.
     */
    public static LinearProducts of(Matmul matmul) {
        return matmul.rows() == Matmul.NEVER
                ? ORIGINAL
                : new LinearProducts(Optional.of(MergedProgram.ONEDNN), matmul.rows());
    }
}
