/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A tensor of an archive: a strided view of a storage, whose bytes lie in the entry {@code
 * data/<storageKey>}. Tensors of the same storage key share their memory (tied weights).
 *
 * @param offset the index of the first element in the storage
 * @param strides the step in elements along each dimension
 * @param requiresGrad whether the tensor was saved as one that takes part in autograd
 */
public record TensorRecord(
        String storageKey,
        DataType dataType,
        long storageElements,
        long offset,
        Shape shape,
        List<Long> strides,
        boolean requiresGrad) {

    /** Makes the list of strides immutable. */
    public TensorRecord {
        strides = List.copyOf(strides);
    }

    /** Returns the number of bytes of the tensor's own elements. */
    public long byteSize() {
        return shape.size() * elementBytes(dataType);
    }

    /** Returns the number of bytes of the whole storage. */
    public long storageBytes() {
        return storageElements * elementBytes(dataType);
    }

    /** Tells whether the tensor's elements lie in row-major order without gaps. */
    public boolean isContiguous() {
        if (shape.size() == 0) {
            return true;
        }
        List<Long> expected = rowMajorStrides(shape);
        for (int i = 0; i < shape.dimension(); i++) {
            if (shape.get(i) != 1 && !strides.get(i).equals(expected.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the tensor is its storage, from the first byte to the last. */
    boolean fillsStorage() {
        return offset == 0 && shape.size() == storageElements && isContiguous();
    }

    /** Returns the index in the storage that follows the tensor's last element. */
    long storageEnd() {
        long end = Math.addExact(offset, 1);
        for (int i = 0; i < shape.dimension(); i++) {
            if (shape.get(i) == 0) {
                return offset;
            }
            end = Math.addExact(end, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        return end;
    }

    static List<Long> rowMajorStrides(Shape shape) {
        List<Long> strides = new ArrayList<>(Collections.nCopies(shape.dimension(), 1L));
        for (int i = shape.dimension() - 2; i >= 0; i--) {
            strides.set(i, Math.multiplyExact(strides.get(i + 1), Math.max(1, shape.get(i + 1))));
        }
        return strides;
    }

    /** Returns the bytes of an element; DJL counts only half of a complex number. */
    static int elementBytes(DataType type) {
        return type == DataType.COMPLEX64 ? 8 : type.getNumOfBytes();
    }
}
