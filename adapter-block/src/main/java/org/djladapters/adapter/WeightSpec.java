/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What an adapter needs to know of the weight it is for.
 *
 * @param shape (out, in) of a linear layer, (out, in, kernel height, kernel width) of a
 *     convolution, or (in, out) where transposed
 * @param transposed whether the output features are the last axis
 * @param dataType the type of the weight
 */
public record WeightSpec(Shape shape, boolean transposed, DataType dataType) {

    /**
     * The number of output features.
     *
     * @return the length of the axis that an output rotation acts on
     */
    public int features() {
        return Math.toIntExact(shape.get(transposed ? shape.dimension() - 1 : 0));
    }

    /**
     * The type that the parameters of an adapter have: at least float32.
     *
     * @return float64 for float64 weights, float32 otherwise
     */
    public DataType parameterType() {
        return dataType == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    }
}
