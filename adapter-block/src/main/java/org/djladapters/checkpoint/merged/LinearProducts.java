/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.matmul.Precision;

/**
 * The way in which an exported model computes, its linear layers above all. The results are the
 * same but for rounding.
 *
 * @param program the functions that the layers call, empty where the program of the base model
 *     stays as it is
 * @param rows the number of rows of inputs from which the functions compute in their own way
 * @param type the type of weights and features, empty for that of the base model's program; inputs,
 *     outputs and the head of an adapter are float32
 */
public record LinearProducts(Optional<MergedProgram> program, int rows, Optional<DataType> type) {

    /** The products of the base model's program. */
    public static final LinearProducts ORIGINAL =
            new LinearProducts(Optional.empty(), 1, Optional.empty());

    /** The engine's own products in bfloat16, which are its fastest there. */
    public static final LinearProducts BFLOAT16 =
            new LinearProducts(Optional.empty(), 1, Optional.of(DataType.BFLOAT16));

    /**
     * Convolutions of fewer rows are not faster than the engine's own product, which is taken for
     * them.
     */
    public static final LinearProducts PORTABLE =
            new LinearProducts(Optional.of(MergedProgram.PORTABLE), 64, Optional.empty());

    /** Returns the products of a model in float32 or bfloat16; other types are refused. */
    public static LinearProducts of(DataType type) {
        return switch (type) {
            case FLOAT32 -> new LinearProducts(PORTABLE.program, PORTABLE.rows, Optional.of(type));
            case BFLOAT16 -> BFLOAT16;
            default ->
                    throw new IllegalArgumentException(
                            "An exported model computes in float32 or bfloat16, not in "
                                    + Precision.nameOf(type));
        };
    }

    /**
     * Returns {@link #ORIGINAL} for {@link Matmul#MKL}, otherwise the products by oneDNN's operator
     * from so many rows on.
     */
    public static LinearProducts of(Matmul matmul) {
        return matmul.rows() == Matmul.NEVER
                ? ORIGINAL
                : new LinearProducts(
                        Optional.of(MergedProgram.ONEDNN), matmul.rows(), Optional.empty());
    }
}
