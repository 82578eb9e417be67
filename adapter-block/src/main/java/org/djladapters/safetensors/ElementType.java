/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;

/**
 * The data types a safetensors file may hold, under the names the format gives them. Their order is
 * that in which the format's own library lays out tensors, last type first, which keeps every
 * tensor aligned.
 */
public enum ElementType {
    BOOL(DataType.BOOLEAN),
    U8(DataType.UINT8),
    I8(DataType.INT8),
    I16(DataType.INT16),
    U16(DataType.UINT16),
    F16(DataType.FLOAT16),
    BF16(DataType.BFLOAT16),
    I32(DataType.INT32),
    U32(DataType.UINT32),
    F32(DataType.FLOAT32),
    F64(DataType.FLOAT64),
    I64(DataType.INT64),
    U64(DataType.UINT64);

    private final DataType dataType;

    ElementType(DataType dataType) {
        this.dataType = dataType;
    }

    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    public static Optional<ElementType> of(DataType dataType) {
        return Arrays.stream(values()).filter(type -> type.dataType == dataType).findFirst();
    }

    DataType dataType() {
        return dataType;
    }
}
