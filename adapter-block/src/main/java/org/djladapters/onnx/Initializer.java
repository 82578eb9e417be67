/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;

/**
 * A constant tensor of an ONNX graph. Its name is that of the parameter that was exported, or one
 * that the exporter made up.
 *
 * @param name its name
 * @param type the number of its data type in ONNX
 * @param start where in the file its elements begin, little-endian, row by row
 * @param length the number of their bytes, negative if the file holds them in another form
 * @param uses how many inputs of nodes it is
 * @param modules the paths of the modules whose inputs it multiplies from the right, as the names
 *     of nodes tell that PyTorch's exporter gives: the tensor is the transpose of their weight
 */
public record Initializer(
        String name,
        int type,
        List<Long> shape,
        int start,
        int length,
        int uses,
        List<String> modules) {

    /** The number of float32 in ONNX. */
    public static final int FLOAT = 1;

    static final int INT8 = 3;
    static final int FLOAT16 = 10;
    static final int BFLOAT16 = 16;

    /** Makes the lists immutable. */
    public Initializer {
        shape = List.copyOf(shape);
        modules = List.copyOf(modules);
    }

    /** Returns the data type, nothing for those that weights do not have. */
    public Optional<DataType> dataType() {
        return dataType(type);
    }

    static Optional<DataType> dataType(int type) {
        return Optional.ofNullable(
                switch (type) {
                    case FLOAT -> DataType.FLOAT32;
                    case FLOAT16 -> DataType.FLOAT16;
                    case BFLOAT16 -> DataType.BFLOAT16;
                    default -> null;
                });
    }

    /**
     * Tells whether the elements can be read and replaced where they lie: whether it is of a type
     * of weights and the file has the bytes of all elements.
     */
    public boolean isPlain() {
        return dataType().isPresent() && length >= 0;
    }
}
