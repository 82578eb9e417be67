/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.DenseAdapter;
import org.djladapters.adapter.dense.TorchPermutation;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A SHiRA adapter of one layer, see {@link ShiraConfig}.
 *
 * <p>Parameter: {@code shira_weight} of shape (n), zeros at the start. Files also have the places
 * {@code shira_indices} of shape (2, n), rows and columns.
 */
final class ShiraAdapter extends DenseAdapter {

    /** The name of the places. */
    static final String PLACES = "shira_indices";

    private final int seed;
    private final Parameter entries;
    private NDArray places;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    ShiraAdapter(ShiraConfig config, WeightSpec weight) {
        super(weight);
        seed = config.seed();
        long count = config.rank() * (weight.inputs() + (long) weight.features());
        entries = addParameter("shira_weight", new Shape(count), Initializer.ZEROS);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (places == null) {
            places = manager.create(drawn(), new Shape(2, entries.getShape().size()));
        }
    }

    /** Rows, then columns, in the order of a matrix's entries, as PEFT has them. */
    private int[] drawn() {
        int count = Math.toIntExact(entries.getShape().size());
        int size = Math.toIntExact(weight().shape().size());
        long[] chosen = TorchPermutation.first(seed, size, count);
        Arrays.sort(chosen);
        int[] both = new int[2 * count];
        for (int i = 0; i < count; i++) {
            both[i] = (int) (chosen[i] / weight().inputs());
            both[count + i] = (int) (chosen[i] % weight().inputs());
        }
        return both;
    }

    @Override
    public Map<String, NDArray> fixed() {
        return Map.of(PLACES, places);
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> values = new ArrayList<>(group.size());
        List<NDArray> all = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            ShiraAdapter adapter = (ShiraAdapter) member;
            values.add(adapter.value(adapter.entries, store, manager, training));
            all.add(adapter.places);
        }
        return DenseKernel.scattered(values, all, shapes(group), manager);
    }

    /** The entries of another adapter mean the same only in the same places. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        if (!places.contentEquals(((ShiraAdapter) other).places)) {
            throw new IllegalArgumentException(
                    "The other adapter trains entries in other places, as one of another seed does;"
                            + " load it as a separate adapter");
        }
        return values;
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
        return "ShiraAdapter(" + entries.getShape().size() + " entries)";
    }
}
