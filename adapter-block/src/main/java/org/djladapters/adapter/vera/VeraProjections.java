/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.random.TorchRandom;

/**
 * The random projections that all layers of a VeRA adapter share, of which every layer takes the
 * part that fits it: A of shape (r, in) and B of shape (out, r) for the widest layer.
 *
 * <p>Entries are uniform within &plusmn;&radic;(6 / columns). They are the numbers that PyTorch
 * draws from a generator of the same seed on a CPU, first A then B, bit for bit, since PEFT draws
 * them anew when it loads an adapter.
 */
final class VeraProjections implements AutoCloseable {

    private final int seed;
    private final Shape downShape;
    private final Shape upShape;

    private NDArray down;
    private NDArray up;

    /** Makes projections, not yet initialized, that weights share. */
    VeraProjections(int seed, int rank, List<WeightSpec> weights) {
        this.seed = seed;
        downShape = new Shape(rank, weights.stream().mapToInt(WeightSpec::inputs).max().orElse(0));
        upShape = new Shape(weights.stream().mapToInt(WeightSpec::features).max().orElse(0), rank);
        long largest = Math.max(downShape.size(), upShape.size());
        if (largest > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    ("Rank %d needs a fixed matrix of %d numbers, more than an array can hold;"
                                    + " choose a smaller rank")
                            .formatted(rank, largest));
        }
    }

    /** Draws the numbers, the first time it is called. */
    synchronized void initialize(NDManager manager) {
        if (down == null) {
            TorchRandom random = new TorchRandom(seed);
            down = uniform(random, downShape, manager);
            up = uniform(random, upShape, manager);
        }
    }

    private static NDArray uniform(TorchRandom random, Shape shape, NDManager manager) {
        double bound = Math.sqrt(3.0) * (Math.sqrt(2.0) / Math.sqrt((double) shape.get(1)));
        return manager.create(random.uniform(Math.toIntExact(shape.size()), bound), shape);
    }

    /** The columns of A for a number of inputs, owned by the scope. */
    NDArray down(int inputs, NDManager scope) {
        return WeightAdapter.detached(down, scope).get(new NDIndex(":, :{}", inputs));
    }

    /** The rows of B for a number of output features, owned by the scope. */
    NDArray up(int features, NDManager scope) {
        return WeightAdapter.detached(up, scope).get(new NDIndex(":{}", features));
    }

    /** A and B by the names that PEFT gives them. */
    Map<String, NDArray> arrays() {
        return Map.of("vera_A", down, "vera_B", up);
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
