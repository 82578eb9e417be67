/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Makes orthogonal matrices from packed skew matrices on the native engine, with gradients. */
public final class OrthogonalKernel {

    private OrthogonalKernel() {}

    /**
     * Makes the matrices Q of arrays of one shape in one native call.
     *
     * @param triangles packed strictly upper triangles, each array of shape (..., n(n-1)/2)
     * @param size n
     * @param map how Q is made, any but {@link OrthogonalMap#MATRIX}
     * @param terms the number of terms of the Neumann series
     * @param manager the owner of the results
     * @return an array of shape (..., n, n) for every array
     */
    public static List<NDArray> matrices(
            List<NDArray> triangles, int size, OrthogonalMap map, int terms, NDManager manager) {
        if (!map.isSkew()) {
            throw new IllegalArgumentException("A triangle can't make a matrix that is not skew.");
        }
        try (NDManager scope = manager.newSubManager()) {
            long[] options = {size, IndexPlan.mapCode(map), terms};
            return KernelProgram.call("rotations", manager)
                    .tensors(triangles)
                    .tensor(scope.create(IndexPlan.skewGather(size)))
                    .tensor(scope.create(options))
                    .run();
        }
    }
}
