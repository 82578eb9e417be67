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
import org.djladapters.examples.params.Tensors;

/**
 * Gives the tensors of an archive the values of a model that was never trained: weights from a
 * normal distribution of deviation 0.02, biases 0, norms 1. They are the same each time, and are
 * made while the archive is written, so that a large model needs no memory.
 */
final class FreshWeights implements Tensors {

    /** The name of the model in the program. */
    private static final String PREFIX = "model.";

    private static final double DEVIATION = 0.02;

    private final ScriptArchive.Builder archive;
    private final SplittableRandom seeds = new SplittableRandom(0);

    FreshWeights(ScriptArchive.Builder archive) {
        this.archive = archive;
    }

    @Override
    public void linear(String path, int in, int out, boolean biased) {
        random(path + ".weight", out, in);
        if (biased) {
            parameter(path + ".bias", 0, out);
        }
    }

    @Override
    public void embedding(String path, int rows, int width) {
        random(path + ".weight", rows, width);
    }

    @Override
    public void convolution(String path, int in, int out, int side) {
        random(path + ".weight", out, in, side, side);
        parameter(path + ".bias", 0, out);
    }

    @Override
    public void norm(String path, int width, boolean biased) {
        parameter(path + ".weight", 1, width);
        if (biased) {
            parameter(path + ".bias", 0, width);
        }
    }

    @Override
    public void parameter(String name, double start, long... shape) {
        if (Double.isNaN(start)) {
            random(name, shape);
        } else {
            tensor(name, new Shape(shape), () -> () -> start);
        }
    }

    private void random(String name, long... shape) {
        long seed = seeds.nextLong();
        tensor(
                name,
                new Shape(shape),
                () -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    return () -> DEVIATION * random.nextGaussian();
                });
    }

    private void tensor(String name, Shape shape, Supplier<DoubleSupplier> values) {
        archive.optTensor(
                PREFIX + name,
                DataType.FLOAT32,
                shape,
                out -> write(values.get(), shape.size(), out));
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
