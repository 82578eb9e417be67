/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.programs.Rotations.assertClose;
import static org.djladapters.rotation.programs.Rotations.matrix;
import static org.djladapters.rotation.programs.Rotations.normal;
import static org.djladapters.rotation.programs.Rotations.numbers;
import static org.djladapters.rotation.programs.Rotations.q;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.djladapters.ManagerFixture;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The orthogonal maps far away from zero, up to the largest finite numbers. */
class LargeParametersTest extends ManagerFixture {

    private static final List<OrthogonalMap> ORTHOGONAL =
            Arrays.stream(OrthogonalMap.values()).filter(OrthogonalMap::isOrthogonal).toList();

    /** Q of a triangle in float64, as the kernel makes it. */
    private DMatrixRMaj dense(double[] triangle, int n, OrthogonalMap map) {
        NDArray theta = manager.create(triangle, new Shape(1, triangle.length));
        return matrix(q(theta, n, map).squeeze(0));
    }

    static Stream<Arguments> sizes() {
        return ORTHOGONAL.stream()
                .flatMap(
                        map ->
                                Stream.of(2, 3, 7, 8, 14, 33, 64, 128)
                                        .map(n -> Arguments.of(map, n)));
    }

    /** Numbers of one size, one number beside zeros, one beside small ones, and of all sizes. */
    private NDArray triangles(int n, double size) {
        int count = n * (n - 1) / 2;
        double[] even = numbers(count, n, 1);
        double largest = DoubleStream.of(even).map(Math::abs).max().orElseThrow();
        double[] all = new double[4 * count];
        for (int i = 0; i < count; i++) {
            all[i] = even[i] / largest * size;
            all[count + i] = i == count / 2 ? -size : 0;
            all[2 * count + i] = i == 0 ? size : even[i] * 0.1;
            all[3 * count + i] = even[i] / largest * Math.pow(size, i / (double) count);
        }
        all[3 * count] = size;
        return manager.create(all, new Shape(4, count));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyFiniteParameterMakesARotation(OrthogonalMap map, int n) {
        for (double size : new double[] {1, 4, 20, 200, 1e4, 1e7, 1e12, 1e30, Float.MAX_VALUE}) {
            NDArray q = q(triangles(n, size).toType(DataType.FLOAT32, false), n, map);
            assertOrthogonal(size, q, 1e-5);
        }
        for (double size : new double[] {20, 1e4, 9e5, 1e7, 1e12, 1e150, 1e300, Double.MAX_VALUE}) {
            assertOrthogonal(size, q(triangles(n, size), n, map), 1e-9);
        }
    }

    private void assertOrthogonal(double size, NDArray q, double tolerance) {
        NDArray wide = q.toType(DataType.FLOAT64, true);
        NDArray eye = manager.eye((int) q.getShape().get(1)).toType(DataType.FLOAT64, true);
        NDArray error = wide.matMul(wide.transpose(0, 2, 1)).sub(eye).abs();
        assertThat(error.max().getDouble()).as("of size %s", size).isLessThan(tolerance);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 8})
    void itTurnsAndReflectsNothing(int n) {
        for (OrthogonalMap map : ORTHOGONAL) {
            for (double size : new double[] {100, 1e7, 1e18, 1e30}) {
                NDArray all = q(triangles(n, size), n, map);
                for (NDArray q : all.split(all.getShape().get(0))) {
                    assertThat(CommonOps_DDRM.det(matrix(q.squeeze(0))))
                            .as("%s of size %s", map, size)
                            .isBetween(1 - 1e-8, 1 + 1e-8);
                }
            }
        }
    }

    /** Float32 keeps what the formula of float64 gives where the norm is past every limit. */
    @ParameterizedTest
    @ValueSource(ints = {3, 8, 14})
    void longMatricesAreThoseOfTheFormula(int n) {
        CompoundLayout layout = CompoundLayout.ofBlockSize(n, n, List.of(1));
        for (OrthogonalMap map : ORTHOGONAL) {
            CompoundForm form = Rotations.form(layout, map, EntryRule.DETERMINANT);
            double scale = map == OrthogonalMap.CAYLEY ? 100 : 1;
            // numbers that float32 has, so that the angles are the same
            double[] triangle =
                    DoubleStream.of(numbers(n * (n - 1) / 2, n, scale))
                            .map(x -> (double) (float) x)
                            .toArray();
            NDArray theta = manager.create(triangle, new Shape(1, triangle.length));

            NDArray q = q(theta.toType(DataType.FLOAT32, false), n, map);

            DMatrixRMaj expected = ReferenceRotation.orthogonal(form, triangle);
            assertClose(map, q.squeeze(0), Rotations.array(manager, expected), Rotations.FLOAT);
        }
    }

    /** One plane turns by twice the number, of which Java knows cosine and sine. */
    @ParameterizedTest
    @ValueSource(doubles = {3, 1e3, 1e7, 1e12, 1e30})
    void theAngleOfOnePlaneIsReducedExactly(double half) {
        double[][] expected = {
            {Math.cos(2 * half), -Math.sin(2 * half)}, {Math.sin(2 * half), Math.cos(2 * half)}
        };
        for (OrthogonalMap map : List.of(OrthogonalMap.EXPONENTIAL, OrthogonalMap.GIVENS)) {
            // the formula of the exponential, below the limit, loses as many digits as S has
            assertClose(map, dense(new double[] {half}, 2, map), new DMatrixRMaj(expected), 1e-9);
        }
    }

    /** S = t K with K of eigenvalues 0 and i, and so (I + t K)^-1 by hand. */
    @ParameterizedTest
    @ValueSource(doubles = {10, 1e5, 1e7, 1e15, 1e30, 1e300})
    void theCayleyTransformKeepsTheAxis(double length) {
        double[] axis = {1 / 3.0, 2 / 3.0, 2 / 3.0};
        double[] triangle = {-axis[2] * length, axis[1] * length, -axis[0] * length};
        double angle = -2 * Math.atan(length);
        DMatrixRMaj expected = new DMatrixRMaj(3, 3);
        DMatrixRMaj cross = ReferenceRotation.skew(3, new double[] {-axis[2], axis[1], -axis[0]});
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double along = axis[i] * axis[j];
                double across = (i == j ? 1 : 0) - along;
                expected.set(
                        i, j, along + Math.cos(angle) * across + Math.sin(angle) * cross.get(i, j));
            }
        }

        // the inverse, below the limit, loses as many digits as S has
        assertClose(length, dense(triangle, 3, OrthogonalMap.CAYLEY), expected, 1e-9);
    }

    /** What is small beside it is computed to the last bit as it is alone. */
    @Test
    void aLongMatrixLeavesTheOthersOfTheBatchAlone() {
        int n = 8;
        double[] theta = numbers(3 * 28, 1, 0.05);
        double[] one = theta.clone();
        Arrays.fill(one, 28, 56, 1e25);
        for (OrthogonalMap map : ORTHOGONAL) {
            NDArray small = manager.create(theta, new Shape(3, 28)).toType(DataType.FLOAT32, false);
            NDArray mixed = manager.create(one, new Shape(3, 28)).toType(DataType.FLOAT32, false);

            float[] expected = q(small, n, map).toFloatArray();
            float[] actual = q(mixed, n, map).toFloatArray();

            System.arraycopy(actual, 64, expected, 64, 64);
            assertThat(actual).as("%s", map).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 6})
    void gradientsAreThoseOfFiniteDifferences(int n) {
        int count = n * (n - 1) / 2;
        NDArray direction = normal(manager, 5, new Shape(1, n, n));
        for (OrthogonalMap map : ORTHOGONAL) {
            for (double size : new double[] {3, 30, 3e6}) {
                double[] triangle = numbers(count, 7, size);
                double[] gradient = gradient(triangle, n, map, direction);
                // the Cayley transform flattens as 1/S
                double step = map == OrthogonalMap.CAYLEY ? 1e-4 * size : 1e-3;
                double largest = DoubleStream.of(gradient).map(Math::abs).max().orElseThrow();
                for (int i = 0; i < count; i++) {
                    double slope =
                            (value(triangle, i, step, n, map, direction)
                                            - value(triangle, i, -step, n, map, direction))
                                    / (2 * step);
                    // beside the curvature, rounding: of S in what is added to it, of Q in the
                    // difference
                    double error = 1e-5 * largest + 5e-15 * Math.max(1, size) / step;
                    assertThat(gradient[i])
                            .as("%s of size %s, number %d", map, size, i)
                            .isBetween(slope - error, slope + error);
                }
            }
        }
    }

    @SuppressWarnings("try") // gradients are computed while the collector is there
    private double[] gradient(double[] triangle, int n, OrthogonalMap map, NDArray direction) {
        NDArray theta = manager.create(triangle, new Shape(1, triangle.length));
        theta.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(q(theta, n, map).mul(direction).sum());
        }
        return theta.getGradient().toDoubleArray();
    }

    private double value(
            double[] triangle, int i, double step, int n, OrthogonalMap map, NDArray direction) {
        double[] moved = triangle.clone();
        moved[i] += step;
        NDArray theta = manager.create(moved, new Shape(1, moved.length));
        return q(theta, n, map).mul(direction).sum().getDouble();
    }

    @Test
    void gradientsOfFloat32AreFiniteEverywhere() {
        for (OrthogonalMap map : ORTHOGONAL) {
            for (double size : new double[] {100, 1e8, 1e30, Float.MAX_VALUE}) {
                NDArray theta = triangles(7, size).toType(DataType.FLOAT32, false);
                theta.setRequiresGradient(true);
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDArray direction =
                            normal(manager, 3, new Shape(4, 7, 7)).toType(DataType.FLOAT32, false);
                    collector.backward(q(theta, 7, map).mul(direction).sum());
                }
                assertThat(TransformKernel.isFinite(theta.getGradient(), manager))
                        .as("%s of size %s", map, size)
                        .isTrue();
            }
        }
    }

    /** A parameter that is no number is not hidden behind a rotation. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void whatIsNotFiniteStaysVisible(float number) {
        for (OrthogonalMap map : ORTHOGONAL) {
            NDArray theta = manager.create(new float[] {0.1f, number, 0.2f}, new Shape(1, 3));
            assertThat(TransformKernel.isFinite(q(theta, 3, map), manager)).as("%s", map).isFalse();
        }
    }

    /** Twelve layers of blocks in one call: the compounds of orthogonal matrices are orthogonal. */
    @Test
    void compoundsOfLongMatricesAreOrthogonal() {
        CompoundLayout layout = CompoundLayout.ofBlocks(60, 4, List.of(1, 2));
        for (OrthogonalMap map : ORTHOGONAL) {
            CompoundForm form = Rotations.form(layout, map, EntryRule.DETERMINANT);
            for (double size : new double[] {50, 1e8, 1e30, Float.MAX_VALUE}) {
                NDArray theta = manager.create(Rotations.numbers(40, 3, 1), form.parameterShape());
                theta = theta.div(theta.abs().max()).mul(size).toType(DataType.FLOAT32, false);
                NDArray c = CompoundKernel.matrix(form, theta, manager);
                assertOrthogonal(size, c.expandDims(0), 1e-5);
            }
        }
    }
}
