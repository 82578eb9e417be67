/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.io.Names;

/**
 * The type in which a base model computes: that of its weights and of the activations between its
 * layers. Inputs and outputs of a model are float32 in any case, as are the parameters that train,
 * the optimizer, heads and losses.
 */
public enum Precision {
    /**
     * The faster type here: {@link #BFLOAT16} if a short trial, once a process, finds it much
     * faster than {@link #FLOAT32} on this processor. Results then depend on the processor.
     */
    AUTO,

    /** 24 bits of mantissa. */
    FLOAT32,

    /**
     * The range of float32 with 8 bits of mantissa, in half the memory. Products and sums are added
     * up in float32 and rounded. Processors that multiply it in hardware are two to three times as
     * fast, others slower: those with AVX2 alone may take 30 times as long to train.
     */
    BFLOAT16;

    /**
     * Finds a precision by its name on the command line.
     *
     * @param name {@code auto}, {@code float32} or {@code bfloat16}
     */
    public static Precision of(String name) {
        return Names.parse(Precision.class, "precision", name);
    }

    /** Returns how a type of numbers is called on the command line and in records. */
    public static String nameOf(DataType type) {
        return type.toString().toLowerCase(Locale.ROOT);
    }

    /** Finds the type of numbers that is called so, if there is one. */
    public static Optional<DataType> named(String name) {
        return Arrays.stream(DataType.values())
                .filter(type -> nameOf(type).equals(name))
                .findFirst();
    }

    /** Returns the type of the weights; of {@link #AUTO} that of models without a choice. */
    public DataType dataType() {
        return this == BFLOAT16 ? DataType.BFLOAT16 : DataType.FLOAT32;
    }

    /** Returns the lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
