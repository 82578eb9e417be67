/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

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
}
