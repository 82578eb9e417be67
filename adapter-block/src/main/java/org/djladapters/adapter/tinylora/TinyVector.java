/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/** The parameters that some layers of a TinyLoRA adapter share, zeros at the start. */
final class TinyVector implements AutoCloseable {

    private final DataType type;
    private final Parameter values;
    private boolean initialized;

    /** Makes the numbers of a group, not yet initialized, in the type that all weights have. */
    TinyVector(int group, int size, List<WeightSpec> weights) {
        boolean isDouble = weights.stream().anyMatch(w -> w.parameterType() == DataType.FLOAT64);
        type = isDouble ? DataType.FLOAT64 : DataType.FLOAT32;
        values = WeightAdapter.parameter("tinylora_v." + group, new Shape(size), Initializer.ZEROS);
    }

    /** Returns the parameter. */
    Parameter values() {
        return values;
    }

    /** Initializes the numbers, the first time it is called. */
    synchronized void initialize(NDManager manager) {
        if (!initialized) {
            values.initialize(manager, type);
            initialized = true;
        }
    }

    /** Releases the numbers; later calls do nothing. */
    @Override
    public void close() {
        values.close();
    }
}
