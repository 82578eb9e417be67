/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** Makes sums of low rank on the native engine, with gradients. */
public final class LowRankKernel {

    private LowRankKernel() {}

    /**
     * Makes the sums s B A of layers of any shapes in one native call.
     *
     * @param downs A of every layer, of shape (r, ...)
     * @param ups B of every layer, of shape (out, r) or (out, r, 1, 1)
     * @param factors s of every layer
     * @param manager the owner of the results
     * @return a sum for every layer, without dropout
     */
    public static List<LowRank> scaled(
            List<NDArray> downs, List<NDArray> ups, double[] factors, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDList flat =
                    KernelProgram.call("low_rank", manager)
                            .tensors(downs)
                            .tensors(ups)
                            .tensor(scope.create(factors))
                            .run();
            List<LowRank> sums = new ArrayList<>();
            for (int i = 0; i < factors.length; i++) {
                sums.add(new LowRank(flat.get(2 * i), flat.get(2 * i + 1), null));
            }
            return sums;
        }
    }

    /**
     * What a sum of low rank adds to a training step of a linear layer by autograd: (x
     * A<sup>T</sup>) B<sup>T</sup>, and backward the gradients of A, B, x and x A<sup>T</sup>.
     *
     * @param rank r
     * @param inputs in, the number of inputs
     * @param outputs out, the number of outputs
     * @return 2 r (in + out) for every token forward, twice that backward
     */
    public static FlopCount operations(long rank, long inputs, long outputs) {
        long products = 2 * rank * (inputs + outputs);
        return new FlopCount(products, 2 * products, 0, 0);
    }
}
