/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.programs.OrthogonalKernel;
import org.djladapters.rotation.programs.TransformKernel;

/** Weighted adapters of one form, and what lies between them. */
public final class Geodesic {

    private final List<WeightAdapter> points;
    private final double[] weights;
    private final NDManager scope;

    /**
     * Takes the adapters.
     *
     * @throws IllegalArgumentException if they are not all of one method and form
     */
    public Geodesic(List<WeightAdapter> points, double[] weights, NDManager scope) {
        WeightAdapter first = points.get(0);
        for (WeightAdapter point : points) {
            if (!point.isLike(first)) {
                throw new IllegalArgumentException(
                        "%s and %s have different options, so they can't be interpolated; only"
                                        .formatted(first, point)
                                + " adapters that differ in their parameters alone can");
            }
        }
        this.points = points;
        this.weights = weights.clone();
        this.scope = scope;
    }

    /** The values of one parameter of all adapters. */
    public List<NDArray> values(String parameter) {
        return points.stream()
                .map(p -> WeightAdapter.detached(p.getDirectParameters().get(parameter), scope))
                .toList();
    }

    /** The triangles of matrices of size n whose logarithm is the sum of the logarithms. */
    public NDArray rotations(List<NDArray> triangles, int size, OrthogonalMap map) {
        // matrices of size one have no angle
        return size < 2
                ? triangles.get(0)
                : OrthogonalKernel.interpolate(triangles, weights, size, map, scope);
    }

    /** One and the sum of what the factors differ from it. */
    public NDArray factors(String parameter) {
        List<NDArray> values = values(parameter);
        NDArray sum = values.get(0).zerosLike().add(1);
        for (int i = 0; i < weights.length; i++) {
            sum = sum.add(TransformKernel.times(values.get(i).sub(1), weights[i], scope));
        }
        return sum;
    }
}
