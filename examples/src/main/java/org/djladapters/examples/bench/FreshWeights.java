/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.djladapters.archive.ScriptArchive;

/**
 * Gives the tensors of an archive the values of a model that was never trained: weights from a
 * normal distribution of deviation 0.02, biases 0, norms 1. They are the same each time, and are
 * made while the archive is written, so that a large model needs no memory.
 */
final class FreshWeights {

    private static final double DEVIATION = 0.02;

    private final ScriptArchive.Builder archive;
    private final SplittableRandom seeds = new SplittableRandom(0);

    FreshWeights(ScriptArchive.Builder archive) {
        this.archive = archive;
    }

    /** A linear layer of weight (out, in) and bias (out). */
    void linear(String path, int in, int out) {
        normal(path + ".weight", out, in);
        constant(path + ".bias", 0, out);
    }

    /** A normalization of factors (width) and bias (width). */
    void norm(String path, int width) {
        constant(path + ".weight", 1, width);
        constant(path + ".bias", 0, width);
    }

    void normal(String path, long... shape) {
        long seed = seeds.nextLong();
        tensor(
                path,
                new Shape(shape),
                () -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    return () -> DEVIATION * random.nextGaussian();
                });
    }

    void constant(String path, double value, long... shape) {
        tensor(path, new Shape(shape), () -> () -> value);
    }

    private void tensor(String path, Shape shape, Supplier<DoubleSupplier> values) {
        archive.optTensor(
                path, DataType.FLOAT32, shape, out -> write(values.get(), shape.size(), out));
    }

    private static void write(DoubleSupplier values, long count, OutputStream out)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            chunk.putFloat((float) values.getAsDouble());
            if (!chunk.hasRemaining()) {
                out.write(chunk.array(), 0, chunk.position());
                chunk.clear();
            }
        }
        out.write(chunk.array(), 0, chunk.position());
    }
}
