/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hira;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.KeptWeight;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.DenseAdapter;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A HiRA adapter of one layer, see {@link HiraConfig}.
 *
 * <p>Parameters: {@code hira_A} of shape (r, in), uniform at the start, and {@code hira_B} of shape
 * (out, r), zeros; of convolutions (r, channels, height, width) and (out, r, 1, 1).
 */
final class HiraAdapter extends DenseAdapter {

    private final int rank;
    private final Parameter down;
    private final Parameter up;
    private final KeptWeight base = new KeptWeight();

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    HiraAdapter(HiraConfig config, WeightSpec weight) {
        super(weight);
        rank = config.rank(weight.path());
        boolean filters = weight.kind() == WeightSpec.Kind.CONV2D;
        Shape inputs = filters ? weight.shape().slice(1) : new Shape(weight.inputs());
        Shape outputs = new Shape(weight.features(), rank);
        down = addParameter("hira_A", new Shape(rank).addAll(inputs), uniform(weight.inputs()));
        up =
                addParameter(
                        "hira_B",
                        filters ? outputs.addAll(new Shape(1, 1)) : outputs,
                        Initializer.ZEROS);
    }

    @Override
    public void initializeFrom(NDArray weight) {
        base.set(weight);
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> downs = new ArrayList<>(group.size());
        List<NDArray> ups = new ArrayList<>(group.size());
        List<NDArray> weights = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            HiraAdapter adapter = (HiraAdapter) member;
            downs.add(value(adapter.down, store, manager, training));
            ups.add(value(adapter.up, store, manager, training));
            weights.add(adapter.base.of(adapter));
        }
        return DenseKernel.modulated(downs, ups, weights, transposed(group), manager);
    }

    /** B A is computed once a step. */
    @Override
    public FlopCount operations(Placement placement) {
        return super.operations(placement)
                .plus(FlopCount.once(2L * rank * weight().shape().size()));
    }

    @Override
    public String toString() {
        return "HiraAdapter(rank " + rank + ")";
    }
}
