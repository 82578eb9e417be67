/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.djladapters.safetensors.StoredTensor;

/**
 * The tensors of an untrained model: weights from a normal distribution of deviation 0.02, biases
 * 0, factors of norms and layers 1. They are the same each time, and are drawn while a file is
 * written, so that a large model needs no memory.
 */
final class FreshWeights {

    private static final double DEVIATION = 0.02;

    private FreshWeights() {}

    /** Returns tensors in float32 for shapes by name. */
    static Map<String, StoredTensor> of(Map<String, Shape> shapes) {
        SplittableRandom seeds = new SplittableRandom(0);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> tensors.put(name, tensor(name, shape, seeds.nextLong())));
        return tensors;
    }

    private static StoredTensor tensor(String name, Shape shape, long seed) {
        return new StoredTensor(
                DataType.FLOAT32,
                shape,
                channel -> write(values(name, shape, seed), shape.size(), channel));
    }

    /** A tensor of one dimension is a bias, or the factors of a norm or layer. */
    private static DoubleSupplier values(String name, Shape shape, long seed) {
        if (shape.dimension() == 1) {
            return name.endsWith(".bias") ? () -> 0 : () -> 1;
        }
        SplittableRandom random = new SplittableRandom(seed);
        return () -> DEVIATION * random.nextGaussian();
    }

    private static void write(DoubleSupplier values, long count, WritableByteChannel channel)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            chunk.putFloat((float) values.getAsDouble());
            if (!chunk.hasRemaining()) {
                StoredTensor.writeFully(chunk.flip(), channel);
                chunk.clear();
            }
        }
        StoredTensor.writeFully(chunk.flip(), channel);
    }
}
