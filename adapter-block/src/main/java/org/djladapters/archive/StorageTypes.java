/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.Optional;

/** The storage classes of PyTorch and the data types of their elements. */
final class StorageTypes {

    private static final Map<String, DataType> TYPES =
            Map.ofEntries(
                    Map.entry("FloatStorage", DataType.FLOAT32),
                    Map.entry("DoubleStorage", DataType.FLOAT64),
                    Map.entry("HalfStorage", DataType.FLOAT16),
                    Map.entry("BFloat16Storage", DataType.BFLOAT16),
                    Map.entry("LongStorage", DataType.INT64),
                    Map.entry("IntStorage", DataType.INT32),
                    Map.entry("ShortStorage", DataType.INT16),
                    Map.entry("CharStorage", DataType.INT8),
                    Map.entry("ByteStorage", DataType.UINT8),
                    Map.entry("BoolStorage", DataType.BOOLEAN),
                    Map.entry("ComplexFloatStorage", DataType.COMPLEX64));

    /** Storages of int8 that are quantized. */
    static final String QUANTIZED = "QInt8Storage";

    private StorageTypes() {}

    static Optional<DataType> dataType(String storageClass) {
        return Optional.ofNullable(TYPES.get(storageClass));
    }

    static String storageClass(DataType type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "An archive can't hold tensors of type " + type));
    }
}
