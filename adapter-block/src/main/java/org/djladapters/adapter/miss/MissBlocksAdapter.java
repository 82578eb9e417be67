/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

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
 * A MiSS adapter of one layer that multiplies blocks of the weight, see {@link
 * MissConfig.Builder#optBlocks}.
 *
 * <p>Parameter: {@code miss_block} of shape (out / r, r, r), zeros at the start.
 */
final class MissBlocksAdapter extends DenseAdapter {

    private final int rank;
    private final Parameter blocks;
    private final KeptWeight base = new KeptWeight();

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    MissBlocksAdapter(MissConfig config, WeightSpec weight) {
        super(weight);
        rank = config.rank();
        Shape shape = new Shape(weight.features() / rank, rank, rank);
        blocks = addParameter("miss_block", shape, Initializer.ZEROS);
    }

    @Override
    public void initializeFrom(NDArray weight) {
        base.set(weight);
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> matrices = new ArrayList<>(group.size());
        List<NDArray> weights = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            MissBlocksAdapter adapter = (MissBlocksAdapter) member;
            matrices.add(value(adapter.blocks, store, manager, training));
            weights.add(adapter.base.of(adapter));
        }
        return DenseKernel.blocks(matrices, weights, transposed(group), manager);
    }

    /** Blocks are multiplied once a step. */
    @Override
    public FlopCount operations(Placement placement) {
        return super.operations(placement)
                .plus(FlopCount.once(2L * rank * weight().shape().size()));
    }

    @Override
    public String toString() {
        return "MissAdapter(blocks of size " + rank + ")";
    }
}
