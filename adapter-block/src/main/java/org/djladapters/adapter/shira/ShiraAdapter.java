/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.PlacedAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A SHiRA adapter of one layer, see {@link ShiraConfig}.
 *
 * <p>Parameter: {@code shira_weight} of shape (n), zeros at the start. Files also have the places
 * {@code shira_indices} of shape (2, n), rows and columns.
 */
final class ShiraAdapter extends PlacedAdapter {

    /** The name of the places. */
    static final String PLACES = "shira_indices";

    ShiraAdapter(ShiraConfig config, WeightSpec weight) {
        super(
                weight,
                "shira_weight",
                config.rank() * (weight.inputs() + (long) weight.features()),
                config.seed());
    }

    /** Makes rows, then columns, in the order of a matrix's entries, as PEFT has them. */
    @Override
    protected NDArray places(NDManager manager, long[] drawn) {
        Arrays.sort(drawn);
        int count = drawn.length;
        int[] both = new int[2 * count];
        for (int i = 0; i < count; i++) {
            both[i] = (int) (drawn[i] / weight().inputs());
            both[count + i] = (int) (drawn[i] % weight().inputs());
        }
        return manager.create(both, new Shape(2, count));
    }

    @Override
    public Map<String, NDArray> fixed() {
        return Map.of(PLACES, places());
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> values = entries(group, store, manager, training);
        return DenseKernel.scattered(values, places(group), shapes(group), manager);
    }

    /** The entries of another adapter mean the same only in the same places. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        if (!places().contentEquals(((ShiraAdapter) other).places())) {
            throw new IllegalArgumentException(
                    "The other adapter trains entries in other places, as one of another seed does;"
                            + " load it as a separate adapter");
        }
        return values;
    }

    @Override
    public String toString() {
        return "ShiraAdapter(" + size() + " entries)";
    }
}
