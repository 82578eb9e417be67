/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.NDArray;
import org.djladapters.io.Internal;

/**
 * The base weight of an adapter that computes with it in every pass. It is that of the model and
 * lives as long as the model does.
 */
@Internal
public final class KeptWeight {

    private NDArray array;

    /** Keeps a weight. */
    public void set(NDArray base) {
        array = base;
    }

    /**
     * Returns the weight.
     *
     * @param owner the adapter that needs it
     * @throws IllegalStateException if there is none yet
     */
    public NDArray of(WeightAdapter owner) {
        if (array == null) {
            throw new IllegalStateException(owner + " needs its weight; call initializeFrom first");
        }
        return array;
    }
}
