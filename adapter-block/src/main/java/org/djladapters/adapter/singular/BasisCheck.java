/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.singular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.WeightSpec;

/**
 * A few sums over the singular vectors of a weight, which an adapter's file keeps: they tell
 * whether the vectors that are computed when it is loaded are those that it was trained with.
 *
 * <p>With the rows of A = diag(S) V<sup>T</sup> and a fixed vector q of signs, number k is the sum
 * of (A q)<sub>i</sub> over all i that leave the remainder k on division by {@value #SIZE}. So it
 * changes with singular values, with directions and with their signs.
 */
public final class BasisCheck {

    private static final int SIZE = 8;

    /**
     * The share of the longest sum by which others of the same weight may differ. Other routines
     * and numbers of threads make at most 4e-4 of it on the layers of MiniLM; weights that were
     * rounded to bfloat16 make up to 0.03 for the 16 largest singular values, 0.9 for 92.
     */
    private static final double TOLERANCE = 0.02;

    /** Multiples of the golden ratio fall evenly on both halves of the unit interval. */
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private BasisCheck() {}

    /**
     * Computes the sums.
     *
     * @param vectors singular vectors of a weight, in a scope that soon ends
     * @param owner the owner of the result
     * @return the sums in float32
     */
    public static NDArray of(SingularVectors vectors, NDManager owner) {
        NDArray rows = vectors.right();
        DataType type = rows.getDataType();
        NDManager scope = rows.getManager();
        NDArray signs = signs(rows.getShape().get(1), scope).toType(type, false);
        float[] products =
                rows.matMul(signs)
                        .mul(vectors.values())
                        .toType(DataType.FLOAT32, false)
                        .toFloatArray();
        double[] sums = new double[SIZE];
        for (int i = 0; i < products.length; i++) {
            sums[i % SIZE] += products[i];
        }
        float[] rounded = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            rounded[i] = (float) sums[i];
        }
        return owner.create(rounded, new Shape(SIZE));
    }

    private static NDArray signs(long length, NDManager scope) {
        float[] signs = new float[Math.toIntExact(length)];
        for (int i = 0; i < signs.length; i++) {
            double turns = i * GOLDEN;
            signs[i] = turns - Math.floor(turns) < 0.5 ? 1 : -1;
        }
        return scope.create(signs);
    }

    /**
     * Refuses a base model with other weights.
     *
     * @param own the sums of the weight that an adapter is loaded on
     * @param stored the sums of the weight that it was trained on
     * @param weight the weight
     * @throws IllegalArgumentException if they differ by more than rounding
     */
    public static void requireSame(NDArray own, NDArray stored, WeightSpec weight) {
        float[] here = own.toFloatArray();
        float[] there = stored.toFloatArray();
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < here.length; i++) {
            largest = Math.max(largest, Math.abs(there[i]));
            difference = Math.max(difference, Math.abs(here[i] - there[i]));
        }
        if (!(difference <= TOLERANCE * largest)) {
            throw new IllegalArgumentException(
                    "Module "
                            + weight.path()
                            + " has other singular vectors than the adapter was trained with; load"
                            + " it into the base model that it was trained on, in the same number"
                            + " type");
        }
    }
}
