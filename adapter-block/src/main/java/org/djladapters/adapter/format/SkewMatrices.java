/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * Skew matrices as the packed triangles that train and as the full matrices of PEFT, where any
 * matrix A stands for S = (A - A<sup>T</sup>) / 2. Floating point numbers survive the way to full
 * matrices and back unchanged.
 */
public final class SkewMatrices {

    private SkewMatrices() {}

    /** Unpacks (chain, distinct, n(n-1)/2) to S of shape (chain, distinct, n, n), in the scope. */
    public static NDArray full(NDArray packed, int n, NDManager scope) {
        Shape shape = packed.getShape();
        int triangle = n * (n - 1) / 2;
        if (triangle == 0) {
            return scope.zeros(new Shape(shape.get(0), shape.get(1), n, n), packed.getDataType());
        }
        long[] picks = new long[n * n];
        int next = 0;
        for (int i = 0; i < n; i++) {
            picks[i * n + i] = 2L * triangle;
            for (int j = i + 1; j < n; j++) {
                picks[i * n + j] = next;
                picks[j * n + i] = (long) triangle + next;
                next++;
            }
        }
        long count = shape.get(0) * shape.get(1);
        NDArray detached = packed.stopGradient();
        detached.attach(scope);
        NDArray rows = detached.reshape(count, triangle);
        NDArray zeros = scope.zeros(new Shape(count, 1), packed.getDataType());
        NDArray all = rows.concat(rows.neg(), 1).concat(zeros, 1);
        return all.get(new NDIndex(":, {}", scope.create(picks)))
                .reshape(shape.get(0), shape.get(1), n, n);
    }

    /** Packs the triangles of (A - A') / 2 for A of shape (chain, distinct, n, n). */
    public static NDArray packed(NDArray full) {
        Shape shape = full.getShape();
        int n = Math.toIntExact(shape.get(2));
        int triangle = n * (n - 1) / 2;
        if (triangle == 0) {
            return full.getManager()
                    .zeros(new Shape(shape.get(0), shape.get(1), 0), full.getDataType());
        }
        long[] picks = new long[triangle];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                picks[next++] = (long) i * n + j;
            }
        }
        NDManager manager = full.getManager();
        NDArray twice = full.sub(full.transpose(0, 1, 3, 2));
        NDArray skew = TransformKernel.times(twice, 0.5, manager);
        return skew.reshape(shape.get(0) * shape.get(1), (long) n * n)
                .get(new NDIndex(":, {}", manager.create(picks)))
                .reshape(shape.get(0), shape.get(1), triangle);
    }
}
