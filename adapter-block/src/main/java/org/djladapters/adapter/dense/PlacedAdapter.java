/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.random.TorchPermutation;

/**
 * An adapter of few numbers, zeros at the start, each of which belongs to an entry of a matrix of
 * the shape of its weight. The places of these entries are drawn from a seed, as PyTorch does.
 */
public abstract class PlacedAdapter extends DenseAdapter {

    private final int seed;
    private final Parameter entries;
    private NDArray places;

    /**
     * Takes the description of the weight, and the name of the parameter and its size, at most that
     * of the weight.
     */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    protected PlacedAdapter(WeightSpec weight, String parameter, long count, int seed) {
        super(weight);
        this.seed = seed;
        entries = addParameter(parameter, new Shape(count), Initializer.ZEROS);
    }

    /** Makes an array of places that were drawn, counted row by row. */
    protected abstract NDArray places(NDManager manager, long[] drawn);

    @Override
    public final void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (places == null) {
            int size = Math.toIntExact(weight().shape().size());
            int count = Math.toIntExact(size());
            places = places(manager, TorchPermutation.first(seed, size, count));
        }
    }

    /** Returns the places of this adapter. */
    protected final NDArray places() {
        return places;
    }

    /** Returns the places of every adapter of a group. */
    protected static List<NDArray> places(List<WeightAdapter> group) {
        return group.stream().map(member -> ((PlacedAdapter) member).places).toList();
    }

    /** Returns the numbers of every adapter of a group. */
    protected static List<NDArray> entries(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        return group.stream()
                .map(PlacedAdapter.class::cast)
                .map(member -> member.value(member.entries, store, manager, training))
                .toList();
    }

    /** Releases the parameter and the places. */
    @Override
    public void close() {
        super.close();
        if (places != null) {
            places.close();
        }
    }
}
