/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Weights of a linear layer in int8, which the engine packs for its processor when it loads an
 * archive.
 *
 * @param values the weights (rows, columns), row by row
 * @param scales a double for each row, little-endian
 * @param bias a float for each row, little-endian
 */
public record PackedWeights(
        int rows, int columns, ByteBuffer values, ByteBuffer scales, Optional<ByteBuffer> bias) {

    /** The engine's class of such weights. */
    static final String CLASS = "__torch__.torch.classes.quantized.LinearPackedParamsBase";
}
