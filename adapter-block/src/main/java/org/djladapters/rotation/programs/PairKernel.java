/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.rotation.WeightTransform;

/** Makes turns of pairs of outputs on the native engine; gradients flow through them. */
public final class PairKernel {

    /** The entries of a pair's matrix of two rows that have the same angle and scale. */
    public enum Sharing {
        /** All four of a pair. */
        PAIR,
        /** The two that make an output. */
        OUTPUT,
        /** None; a group has those of its cosines first, then those of its sines. */
        NONE
    }

    private PairKernel() {}

    /**
     * Makes the turns of layers of any number of outputs in one native call. Outputs lie in groups
     * of 2h; output i of the first half of a group is paired with output i + h.
     *
     * @param angles the angles of every layer, of shape (out / 2), (out) or (2 out) by sharing
     * @param scales the scales of every layer, of the same shape
     * @param half h
     * @return a transform with a factor, scale times cosine, and a turn, scale times sine, for
     *     every layer
     */
    public static List<WeightTransform> transforms(
            List<NDArray> angles,
            List<NDArray> scales,
            Sharing sharing,
            int half,
            NDManager manager) {
        int entries =
                switch (sharing) {
                    case PAIR -> 1;
                    case OUTPUT -> 2;
                    case NONE -> 4;
                };
        NDList factors =
                KernelProgram.PAIRS
                        .call("factors", manager)
                        .tensors(angles)
                        .tensors(scales)
                        .made(scope -> scope.create(new long[] {entries, half}))
                        .run();
        int count = angles.size();
        List<WeightTransform> transforms = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            transforms.add(
                    WeightTransform.IDENTITY
                            .withFactor(factors.get(i))
                            .withTurn(factors.get(count + i)));
        }
        return transforms;
    }
}
