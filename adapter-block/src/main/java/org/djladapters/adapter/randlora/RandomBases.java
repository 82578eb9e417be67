/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.randlora.RandLoraConfig.Sparsity;
import org.djladapters.adapter.random.TorchRandom;

/**
 * The random matrices that all layers of a RandLoRA adapter share, of which every layer takes the
 * part that fits it: A of shape (r, 1, m) and B of shape (n, k, r) for the smaller and the larger
 * side of the widest layer, with k = &lceil;m/r&rceil;.
 *
 * <p>They are the numbers that PEFT draws from the seed on a CPU, in bfloat16 where all entries are
 * drawn, divided by their deviation.
 */
final class RandomBases implements AutoCloseable {

    /** A third of the entries is not zero. */
    private static final double THIRD = 3;

    private final RandLoraConfig config;
    private final Shape downShape;
    private final Shape upShape;

    private NDArray down;
    private NDArray up;

    /** Makes matrices, not yet initialized, that weights share. */
    RandomBases(RandLoraConfig config, List<WeightSpec> weights) {
        this.config = config;
        int outputs = weights.stream().mapToInt(WeightSpec::features).max().orElse(0);
        int inputs = weights.stream().mapToInt(WeightSpec::inputs).max().orElse(0);
        int smaller = Math.min(outputs, inputs);
        int rank = config.rank();
        downShape = new Shape(rank, 1, smaller);
        upShape = new Shape(Math.max(outputs, inputs), count(smaller, rank), rank);
        long largest = Math.max(downShape.size(), upShape.size());
        if (largest > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    ("Layers of up to %d inputs and %d outputs need a random matrix of %d numbers,"
                                    + " more than an array can hold; choose other targets")
                            .formatted(inputs, outputs, largest));
        }
    }

    /** The number of matrices with which a sum has full rank. */
    static int count(int smaller, int rank) {
        return (smaller + rank - 1) / rank;
    }

    /** Draws the numbers, the first time it is called. */
    synchronized void initialize(NDManager manager) {
        if (down == null) {
            TorchRandom random = new TorchRandom(config.seed());
            boolean dense = config.sparsity() == Sparsity.DENSE;
            down = manager.create(dense ? dense(random) : sparse(random, downShape), downShape);
            up = manager.create(dense ? stacked(random) : sparse(random, upShape), upShape);
        }
    }

    private float[] dense(TorchRandom random) {
        int size = Math.toIntExact(downShape.size());
        return scaled(random.narrowUniform(size, bound(downShape.get(2))), true);
    }

    /** Draws one matrix (n, r) of B after the other. */
    private float[] stacked(TorchRandom random) {
        int rows = Math.toIntExact(upShape.get(0));
        int count = Math.toIntExact(upShape.get(1));
        int rank = Math.toIntExact(upShape.get(2));
        float[] all = new float[rows * count * rank];
        for (int k = 0; k < count; k++) {
            float[] drawn = random.narrowUniform(rows * rank, bound(rank));
            for (int row = 0; row < rows; row++) {
                System.arraycopy(drawn, row * rank, all, (row * count + k) * rank, rank);
            }
        }
        return scaled(all, true);
    }

    private static double bound(long inputs) {
        return 1 / Math.sqrt((double) inputs);
    }

    private float[] sparse(TorchRandom random, Shape shape) {
        boolean third = config.sparsity() == Sparsity.SPARSE;
        double sparsity = third ? THIRD : Math.sqrt((double) downShape.get(2));
        float low = (float) (1 / (2 * sparsity));
        float high = (float) (1 - 1 / (2 * sparsity));
        float[] values = random.uniform(Math.toIntExact(shape.size()));
        for (int i = 0; i < values.length; i++) {
            float value = values[i];
            values[i] = value > high ? 1 : value < low ? -1 : 0;
        }
        return scaled(values, false);
    }

    /** Divides numbers by their deviation, in bfloat16 where they are such. */
    private static float[] scaled(float[] values, boolean narrow) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        float deviation = (float) Math.sqrt(squares / (values.length - 1));
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    narrow
                            ? TorchRandom.narrow(values[i] / TorchRandom.narrow(deviation))
                            : values[i] / deviation;
        }
        return values;
    }

    /** A. */
    NDArray down() {
        return down;
    }

    /** B. */
    NDArray up() {
        return up;
    }

    /** Releases the arrays; later calls do nothing. */
    @Override
    public synchronized void close() {
        if (down != null) {
            down.close();
            up.close();
        }
    }
}
