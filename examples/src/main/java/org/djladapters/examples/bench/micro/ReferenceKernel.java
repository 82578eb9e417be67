/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.rotation.CompoundLayout;

/**
 * Builds rotations by the definition of the compound matrix, a determinant for every pair of
 * subsets, for comparison. The minors of all layers are one batch.
 */
final class ReferenceKernel implements AutoCloseable {

    private final NativeKernel kernel =
            NativeKernel.compile(
                    "ReferenceKernel",
                    NativeKernel.source(ReferenceKernel.class, "reference.py"),
                    Map.of());

    /** The places of entries above the diagonal, the subsets for every order, and n and b. */
    record Plan(NDArray upper, NDList subsets, NDArray options) {

        static Plan of(CompoundLayout layout, NDManager manager) {
            int n = layout.size();
            long[] upper =
                    IntStream.range(0, n * n)
                            .filter(at -> at / n < at % n)
                            .asLongStream()
                            .toArray();
            NDList subsets = new NDList();
            for (int order : layout.orders()) {
                subsets.add(subsets(n, order, manager));
            }
            long[] options = {n, layout.blockSize()};
            return new Plan(manager.create(upper), subsets, manager.create(options));
        }

        private static NDArray subsets(int n, int k, NDManager manager) {
            // in lexicographic order: the first coordinates are the highest bits
            long[] members =
                    IntStream.range(0, 1 << n)
                            .map(bits -> (1 << n) - 1 - bits)
                            .filter(bits -> Integer.bitCount(bits) == k)
                            .flatMap(
                                    bits ->
                                            IntStream.range(0, n)
                                                    .filter(i -> (bits >> (n - 1 - i) & 1) == 1))
                            .asLongStream()
                            .toArray();
            return manager.create(members, new Shape(members.length / k, k));
        }
    }

    /** Builds (blocks, b, b) for every layer. */
    NDList rotations(Plan plan, List<NDArray> parameters, NDManager manager) {
        return kernel.call("forward", manager)
                .tensors(parameters)
                .tensor(plan.upper())
                .tensors(plan.subsets())
                .tensor(plan.options())
                .run();
    }

    /** Computes the backward pass of rotations, built in any way, from their gradients. */
    void backward(List<NDArray> rotations, List<NDArray> gradients, NDManager manager) {
        kernel.call("backward", manager).tensors(rotations).tensors(gradients).run();
    }

    @Override
    public void close() {
        kernel.close();
    }
}
