/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankBackward;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * An adapter that adds a matrix of low rank to its weight: W' = W + B A with B (out, r) and A (r,
 * in). In a training step inputs of A can be left out at random.
 */
public abstract class LowRankAdapter extends WeightAdapter {

    private final long rank;
    private final double dropout;

    /**
     * Takes the rank r and the probability with which an input of A is left out in a training step.
     */
    protected LowRankAdapter(WeightSpec weight, long rank, double dropout) {
        super(weight);
        this.rank = rank;
        this.dropout = dropout;
    }

    /** Has inputs of A left out where this adapter does so, in a training step. */
    protected final LowRank withDropout(LowRank sum, NDManager manager, boolean training) {
        if (!training || dropout == 0) {
            return sum;
        }
        NDArray probability = manager.create(new float[] {(float) dropout});
        return new LowRank(sum.down(), sum.up(), probability);
    }

    /** Dropout needs autograd. */
    @Override
    public boolean allowsCustomBackward() {
        return dropout == 0;
    }

    @Override
    protected final CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        List<WeightTransform> transforms = build(group, store, manager, true);
        return new LowRankBackward(transforms, weights, transposed(group));
    }

    /** Those of B and A, which methods that compute these add to. */
    @Override
    public FlopCount operations(Placement placement) {
        long inputs = weight().inputs();
        long outputs = weight().features();
        return placement == Placement.CUSTOM_BACKWARD
                ? LowRankBackward.operations(rank, inputs, outputs)
                : LowRankKernel.operations(rank, inputs, outputs);
    }
}
