/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/** The vectors that all layers of a VB-LoRA adapter share, of shape (h, b). */
final class VectorBank implements AutoCloseable {

    /** The name of the bank in PEFT. */
    static final String NAME = "vblora_vector_bank";

    private static final float BOUND = 0.02f;

    private final int length;
    private final DataType type;
    private final Parameter vectors;
    private boolean initialized;

    /** Makes a bank, not yet initialized, for weights. */
    VectorBank(VbLoraConfig config, List<WeightSpec> weights) {
        length = config.length(weights);
        boolean isDouble = weights.stream().anyMatch(w -> w.parameterType() == DataType.FLOAT64);
        type = isDouble ? DataType.FLOAT64 : DataType.FLOAT32;
        vectors =
                WeightAdapter.parameter(
                        NAME,
                        new Shape(config.vectors(), length),
                        (manager, shape, t) -> manager.randomUniform(-BOUND, BOUND, shape, t));
    }

    /** The length of the vectors. */
    int length() {
        return length;
    }

    /** The trained vectors. */
    Parameter vectors() {
        return vectors;
    }

    /** Initializes the vectors, the first time it is called. */
    synchronized void initialize(NDManager manager) {
        if (!initialized) {
            vectors.initialize(manager, type);
            initialized = true;
        }
    }

    /** Releases the vectors; later calls do nothing. */
    @Override
    public void close() {
        vectors.close();
    }
}
