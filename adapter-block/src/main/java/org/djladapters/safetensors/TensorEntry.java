/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * The header's entry of a tensor.
 *
 * @param dataType the type of its elements as stored
 * @param shape its shape, without dimensions for a single number
 * @param begin where its first byte lies, counted from the end of the header
 * @param end where the byte after its last one lies
 */
public record TensorEntry(String name, DataType dataType, Shape shape, long begin, long end) {

    /** Returns the number of bytes. */
    public long byteLength() {
        return end - begin;
    }
}
