/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/** Makes orthogonal matrices from packed skew matrices on the native engine, with gradients. */
public final class OrthogonalKernel {

    private OrthogonalKernel() {}

    /**
     * Makes the matrices Q of arrays of one shape, those of a Neumann series with the last term
     * counted twice.
     */
    public static List<NDArray> matrices(
            List<NDArray> triangles, int size, OrthogonalMap map, int terms, NDManager manager) {
        return matrices(triangles, size, map, NeumannSeries.LAST_TWICE, terms, manager);
    }

    /**
     * Makes the matrices Q of arrays of one shape in one native call.
     *
     * @param triangles packed strictly upper triangles, each array of shape (..., n(n-1)/2)
     * @param size n
     * @param map how Q is made, any but {@link OrthogonalMap#MATRIX}
     * @param series where a Neumann series ends
     * @param terms the number of its terms
     * @return an array of shape (..., n, n) for every array
     */
    public static List<NDArray> matrices(
            List<NDArray> triangles,
            int size,
            OrthogonalMap map,
            NeumannSeries series,
            int terms,
            NDManager manager) {
        if (!map.isSkew()) {
            throw new IllegalArgumentException("A triangle of parameters makes skew matrices only");
        }
        boolean once = map == OrthogonalMap.NEUMANN && series.endsOnce(terms);
        long code = once ? IndexPlan.LAST_ONCE : IndexPlan.mapCode(map);
        long[] options = {size, code, series.summed(terms)};
        return KernelProgram.ORTHOGONAL
                .call("matrices", manager)
                .tensors(triangles)
                .made(scope -> scope.create(IndexPlan.parameterGather(map, size)))
                .made(scope -> scope.create(options))
                .run();
    }

    /**
     * Interpolates along the orthogonal group: the result's Q has the logarithm &sum; w<sub>i</sub>
     * log Q<sub>i</sub>, so that one matrix with factor t gives Q<sup>t</sup>, a point of the
     * geodesic from I through Q. Computed in float64 by the eigenvalues of iS.
     *
     * @param triangles packed strictly upper triangles, all of one shape (..., n(n-1)/2)
     * @param factors a factor w for each of them
     * @param map how Q is made, Cayley or exponential
     * @return the triangles of the result, of the shape and type of the first
     * @throws IllegalArgumentException if a rotation by half a turn or more results, which the
     *     Cayley transform can't express
     */
    public static NDArray interpolate(
            List<NDArray> triangles,
            double[] factors,
            int size,
            OrthogonalMap map,
            NDManager manager) {
        if (map != OrthogonalMap.CAYLEY && map != OrthogonalMap.EXPONENTIAL) {
            throw new IllegalArgumentException(
                    "Only matrices of the maps cayley and exponential can be interpolated along"
                            + " the group, not those of '%s'".formatted(map));
        }
        NDList results =
                KernelProgram.ORTHOGONAL
                        .call("interpolate", manager)
                        .tensors(triangles)
                        .made(scope -> scope.create(factors))
                        .made(scope -> scope.create(IndexPlan.skewGather(size)))
                        .made(scope -> scope.create(IndexPlan.upperTriangle(size)))
                        .made(scope -> scope.create(new long[] {size, IndexPlan.mapCode(map)}))
                        .run();
        NDArray interpolated = results.get(0);
        NDArray largestAngle = results.get(1);
        double angle = largestAngle.getDouble();
        largestAngle.close();
        if (map == OrthogonalMap.CAYLEY && angle >= Math.PI) {
            interpolated.close();
            throw new IllegalArgumentException(
                    ("The rotation would be by %.0f degrees, but the Cayley transform ends"
                                            + " before 180;")
                                    .formatted(Math.toDegrees(angle))
                            + " use smaller factors");
        }
        return interpolated;
    }

    /**
     * Shortens packed triangles of one shape of which the skew matrices are too long, in one native
     * call. No gradient flows through that.
     *
     * @param limit the largest Frobenius norm of a skew matrix, which is &radic;2 times that of its
     *     triangle
     * @param inPlace whether the arrays themselves are changed, whose gradients are then those of
     *     the results
     * @return the triangles, those that are short enough as they were
     */
    public static List<NDArray> shortened(
            List<NDArray> triangles, double limit, boolean inPlace, NDManager manager) {
        return KernelProgram.ORTHOGONAL
                .call("shortened", manager)
                .tensors(triangles)
                .made(scope -> scope.create(new double[] {limit, inPlace ? 1 : 0}))
                .run();
    }

    /** Scales packed triangles as {@link #shortened} does, in copies, with gradients. */
    public static List<NDArray> bounded(List<NDArray> triangles, double limit, NDManager manager) {
        return KernelProgram.ORTHOGONAL
                .call("bounded", manager)
                .tensors(triangles)
                .made(scope -> scope.create(limit))
                .run();
    }
}
