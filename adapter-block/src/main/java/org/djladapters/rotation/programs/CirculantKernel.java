/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.djladapters.rotation.FlopCount;

/** Makes matrices of circulant blocks on the native engine; gradients flow through them. */
public final class CirculantKernel {

    private CirculantKernel() {}

    /**
     * Makes a matrix of shape (m b, n b) of every kernel (m, n, b) in one native call. The first
     * row of a block is its kernel, and every row is the one above it, shifted to the right by one.
     */
    public static List<NDArray> matrices(List<NDArray> kernels, NDManager manager) {
        return KernelProgram.CIRCULANT.call("matrices", manager).tensors(kernels).run();
    }

    /**
     * Returns what a matrix D of circulant blocks adds to a training step of a linear layer by
     * autograd, which computes with W + D and then needs the gradient of that: 2 in out for every
     * token backward.
     */
    public static FlopCount operations(long inputs, long outputs) {
        return new FlopCount(0, 2 * inputs * outputs, 0, 0);
    }
}
