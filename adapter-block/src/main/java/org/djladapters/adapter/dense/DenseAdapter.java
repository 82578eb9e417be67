/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.dense;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.DenseKernel;

/** An adapter that adds a matrix of the shape of its weight: W' = W + D. It trains by autograd. */
public abstract class DenseAdapter extends WeightAdapter {

    /** Takes the description of the weight. */
    protected DenseAdapter(WeightSpec weight) {
        super(weight);
    }

    /** Makes D of shape (out, in) for every adapter of a group; see {@link #build}. */
    protected abstract List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training);

    /** One native call builds all of a class, whatever their shapes. */
    @Override
    protected final Object groupKey() {
        return getClass();
    }

    @Override
    protected final List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        return matrices(group, store, manager, training).stream()
                .map(WeightTransform.IDENTITY::withDense)
                .toList();
    }

    /** Those of D as a whole, which methods that compute it by products add to. */
    @Override
    public FlopCount operations(Placement placement) {
        return DenseKernel.operations(weight().inputs(), weight().features());
    }
}
