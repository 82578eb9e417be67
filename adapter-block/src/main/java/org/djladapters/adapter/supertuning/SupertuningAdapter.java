/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.supertuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.DenseAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A SuperTuning adapter of one layer, see {@link SupertuningConfig}.
 *
 * <p>Parameter: {@code supertuning_values} of shape (n), zeros at the start. Files also have the
 * places {@code supertuning_indices} of shape (n), counted row by row.
 */
final class SupertuningAdapter extends DenseAdapter {

    /** The name of the places. */
    static final String PLACES = "supertuning_indices";

    private final boolean smallest;
    private final Parameter values;
    private NDArray places;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    SupertuningAdapter(SupertuningConfig config, WeightSpec weight, long count) {
        super(weight);
        smallest = config.smallest();
        values = addParameter("supertuning_values", new Shape(count), Initializer.ZEROS);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (places == null) {
            places = manager.zeros(new Shape(size()), DataType.INT32);
        }
    }

    /** Finds the places. */
    @Override
    public void initializeFrom(NDArray base) {
        try (NDManager scope = places.getManager().newSubManager()) {
            int count = Math.toIntExact(size());
            set(places, DenseKernel.extremes(base, weight().transposed(), count, smallest, scope));
        }
    }

    @Override
    public Map<String, NDArray> fixed() {
        return places == null ? Map.of() : Map.of(PLACES, places);
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> entries = new ArrayList<>(group.size());
        List<NDArray> where = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            SupertuningAdapter adapter = (SupertuningAdapter) member;
            entries.add(value(adapter.values, store, manager, training));
            where.add(adapter.places);
        }
        return DenseKernel.scattered(entries, where, shapes(group), manager);
    }

    /** The entries of another adapter mean the same only in the same places. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> theirs = super.valuesOf(other, scope);
        if (!places.contentEquals(((SupertuningAdapter) other).places)) {
            throw new IllegalArgumentException(
                    "The other adapter trains entries in other places; load it as a separate"
                            + " adapter");
        }
        return theirs;
    }

    /** Releases the parameter and the places. */
    @Override
    public void close() {
        super.close();
        if (places != null) {
            places.close();
        }
    }

    @Override
    public String toString() {
        return "SupertuningAdapter(" + size() + " entries)";
    }
}
