/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.djladapters.kernel.NativeKernel;

/**
 * The axes on which vectors are largest: the principal components of vectors without subtracting
 * their mean, so that products along all axes are those of the vectors.
 */
final class Axes {

    private Axes() {}

    /** Returns the coordinates of vectors along the first axes of others. */
    static Vectors project(Vectors vectors, Vectors axesOf, int count, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray axes = Program.KERNEL.call("axes", scope).tensor(array(axesOf, scope)).single();
            NDArray first = axes.get(new NDIndex(":, :{}", count));
            return new Vectors(array(vectors, scope).matMul(first).toFloatArray(), count);
        }
    }

    private static NDArray array(Vectors vectors, NDManager scope) {
        return scope.create(vectors.values(), new Shape(vectors.size(), vectors.width()));
    }

    /** The TorchScript program, loaded on first use. */
    private static final class Program {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "djladapters.axes.Axes",
                        NativeKernel.source(Axes.class, "axes.py"),
                        Map.of());
    }
}
