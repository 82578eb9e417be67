/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The random projections that all layers of a VeRA or PVeRA adapter share, of which every layer
 * takes the part that fits it: A of shape (r, in), or (2r, in), and B of shape (out, r) for the
 * widest layer.
 *
 * <p>Entries are uniform within &plusmn;&radic;(6 / columns). They are the numbers that PyTorch
 * draws from a generator of the same seed on a CPU, first A then B, bit for bit, since PEFT draws
 * them anew when it loads an adapter.
 */
public final class RandomProjections implements AutoCloseable {

    private final int seed;
    private final int rank;
    private final Shape downShape;
    private final Shape upShape;

    private NDArray down;
    private NDArray up;

    /**
     * Makes projections, not yet initialized, that weights share.
     *
     * @param rows the rows of A, of which the first r are used
     * @param rank r
     */
    public RandomProjections(int seed, int rows, int rank, List<WeightSpec> weights) {
        this.seed = seed;
        this.rank = rank;
        downShape = new Shape(rows, weights.stream().mapToInt(WeightSpec::inputs).max().orElse(0));
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
    public synchronized void initialize(NDManager manager) {
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

    /** Returns the first r rows of A for a number of inputs, owned by the scope. */
    public NDArray down(int inputs, NDManager scope) {
        return WeightAdapter.detached(down, scope).get(new NDIndex(":{}, :{}", rank, inputs));
    }

    /** Returns the rows of B for a number of output features, owned by the scope. */
    public NDArray up(int features, NDManager scope) {
        return WeightAdapter.detached(up, scope).get(new NDIndex(":{}", features));
    }

    /** Returns A and B by the names that PEFT gives them after the name of a method. */
    public Map<String, NDArray> arrays(String method) {
        return Map.of(method + "_A", down, method + "_B", up);
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
