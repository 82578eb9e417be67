/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lowrank;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * An adapter of low rank whose matrices are computed from its weight, too. It trains by autograd.
 */
public abstract class OnWeightAdapter extends LowRankAdapter {

    private NDArray base;

    /** Takes what {@link LowRankAdapter} takes. */
    protected OnWeightAdapter(WeightSpec weight, long rank, double dropout) {
        super(weight, rank, dropout);
    }

    /** Keeps the weight itself, which lives as long as its model does. */
    @Override
    public void initializeFrom(NDArray base) {
        this.base = base;
    }

    /** Returns the weights of a group. */
    protected static List<NDArray> bases(List<WeightAdapter> group) {
        return group.stream().map(member -> ((OnWeightAdapter) member).base()).toList();
    }

    private NDArray base() {
        if (base == null) {
            throw new IllegalStateException(this + " needs its weight; call initializeFrom first");
        }
        return base;
    }

    /** Leaves the way through what is computed from the weight to autograd. */
    @Override
    public final boolean allowsCustomBackward() {
        return false;
    }
}
