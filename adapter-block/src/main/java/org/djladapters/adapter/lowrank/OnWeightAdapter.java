/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lowrank;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.djladapters.adapter.KeptWeight;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * An adapter of low rank whose matrices are computed from its weight, too. It trains by autograd.
 */
public abstract class OnWeightAdapter extends LowRankAdapter {

    private final KeptWeight base = new KeptWeight();

    /** Takes what {@link LowRankAdapter} takes. */
    protected OnWeightAdapter(WeightSpec weight, long rank, double dropout) {
        super(weight, rank, dropout);
    }

    @Override
    public void initializeFrom(NDArray weight) {
        base.set(weight);
    }

    /** Returns the weights of a group. */
    protected static List<NDArray> bases(List<WeightAdapter> group) {
        return group.stream().map(member -> ((OnWeightAdapter) member).base.of(member)).toList();
    }

    /** Leaves the way through what is computed from the weight to autograd. */
    @Override
    public final boolean allowsCustomBackward() {
        return false;
    }
}
