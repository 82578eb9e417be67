/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.djladapters.rotation.programs.Rotations.DOUBLE;
import static org.djladapters.rotation.programs.Rotations.assertClose;
import static org.djladapters.rotation.programs.Rotations.numbers;
import static org.djladapters.rotation.programs.Rotations.q;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.assertj.core.data.Offset;
import org.djladapters.ManagerFixture;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interpolation along the orthogonal group, and the nearest matrices of low rank. */
class InterpolationTest extends ManagerFixture {

    private static final int N = 5;
    private static final Shape SHAPE = new Shape(2, N * (N - 1) / 2);

    private NDArray triangles(long seed) {
        return manager.create(numbers(SHAPE.size(), seed, 0.2), SHAPE);
    }

    private NDArray power(NDArray triangles, double exponent, OrthogonalMap map) {
        double[] factors = {exponent};
        return q(
                OrthogonalKernel.interpolate(List.of(triangles), factors, N, map, manager), N, map);
    }

    @ParameterizedTest
    @EnumSource(names = {"CAYLEY", "EXPONENTIAL"})
    void aFactorIsAPower(OrthogonalMap map) {
        NDArray theta = triangles(1);
        NDArray q = q(theta, N, map);

        NDArray root = power(theta, 0.5, map);

        assertClose("Q^0.5 Q^0.5", root.matMul(root), q, DOUBLE);
        assertClose("Q^1", power(theta, 1, map), q, DOUBLE);
        assertClose("Q^2", power(theta, 2, map), q.matMul(q), DOUBLE);
        assertClose("Q^-1", power(theta, -1, map), q.transpose(0, 2, 1), DOUBLE);
        NDArray eye = manager.eye(N).toType(q.getDataType(), false).broadcast(q.getShape());
        assertClose("Q^0", power(theta, 0, map), eye, DOUBLE);
        assertClose("orthogonal", root.matMul(root.transpose(0, 2, 1)), eye, DOUBLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"CAYLEY", "EXPONENTIAL"})
    void logarithmsOfSeveralMatricesAddUp(OrthogonalMap map) {
        NDArray first = triangles(1);
        double[] half = {0.5, 0.25};

        NDArray sum = OrthogonalKernel.interpolate(List.of(first, first), half, N, map, manager);
        NDArray opposed =
                OrthogonalKernel.interpolate(
                        List.of(first, first.neg()), new double[] {1, 0.25}, N, map, manager);

        assertClose("Q^0.75", q(sum, N, map), power(first, 0.75, map), DOUBLE);
        assertClose("Q^0.75", q(opposed, N, map), power(first, 0.75, map), DOUBLE);
    }

    @Test
    void halfATurnIsRefused() {
        NDArray theta = triangles(1).mul(10);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> power(theta, 3, OrthogonalMap.CAYLEY))
                .withMessageContaining("use smaller factors");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> power(theta, 3, OrthogonalMap.NEUMANN))
                .withMessageEndingWith("not those of 'neumann'");
    }

    @Test
    void factorsAreTheNearestOfTheirRank() {
        NDArray exact =
                Rotations.normal(manager, 1, new Shape(7, 2))
                        .matMul(Rotations.normal(manager, 2, new Shape(2, 5)));
        NDArray full = Rotations.normal(manager, 3, new Shape(7, 5));

        List<LowRankKernel.Factors> factors =
                LowRankKernel.factor(List.of(exact, full), 2, manager);

        LowRankKernel.Factors first = factors.get(0);
        assertThat(first.down().getShape()).isEqualTo(new Shape(2, 5));
        assertThat(first.up().getShape()).isEqualTo(new Shape(7, 2));
        assertThat(first.error()).isLessThan(DOUBLE);
        assertClose("B A", first.up().matMul(first.down()), exact, DOUBLE);
        LowRankKernel.Factors second = factors.get(1);
        NDArray rest = full.sub(second.up().matMul(second.down()));
        assertThat(second.error())
                .isCloseTo(
                        rest.norm().getDouble() / full.norm().getDouble(), Offset.offset(DOUBLE));
    }
}
