/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark computes what it says it measures, on a small form. */
class BenchmarksTest {

    @ParameterizedTest
    @ValueSource(strings = {"determinants", "compound", "backward"})
    void rotationsAreBuiltEveryWay(String way) {
        for (float[] gradient : gradients(way)) {
            assertMoves(gradient);
        }
    }

    /** The two ways with autograd draw the same parameters and go back from the same gradients. */
    @Test
    void determinantsAndCompoundsHaveTheSameGradients() {
        List<float[]> determinants = gradients("determinants");
        List<float[]> compound = gradients("compound");

        assertThat(compound).hasSameSizeAs(determinants);
        for (int i = 0; i < compound.size(); i++) {
            // float32 sums of some hundred terms of size 1
            assertClose(compound.get(i), determinants.get(i), 1e-3);
        }
    }

    private static List<float[]> gradients(String way) {
        Engine.getInstance().setRandomSeed(7);
        BuildingBenchmark benchmark = new BuildingBenchmark();
        benchmark.form = "2x15/2/1-2";
        benchmark.way = way;
        benchmark.open();
        try {
            benchmark.forward();
            benchmark.forwardAndBackward();
            return benchmark.gradients().stream().map(NDArray::toFloatArray).toList();
        } finally {
            benchmark.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oft", "givens", "boft"})
    void orthogonalMatricesAreBuilt(String method) {
        OrthogonalBenchmark benchmark = new OrthogonalBenchmark();
        benchmark.sites = 2;
        benchmark.features = 64;
        benchmark.method = method;
        // so small that the five terms of OFT's series give an orthogonal matrix
        benchmark.spread = 0.01f;
        benchmark.open();
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            List<NDArray> matrices = benchmark.matrices(scope);
            assertThat(matrices).hasSize(2);
            for (NDArray matrix : matrices) {
                long size = matrix.getShape().tail();
                NDArray identity = scope.eye((int) size).broadcast(matrix.getShape());
                assertThat(matrix.sub(identity).abs().max().getFloat()).isGreaterThan(0.001f);
                NDArray product = matrix.matMul(matrix.swapAxes(2, 3));
                assertClose(product.toFloatArray(), identity.toFloatArray(), 1e-4);
            }

            benchmark.forward();
            benchmark.forwardAndBackward();
            benchmark.gradients().forEach(gradient -> assertMoves(gradient.toFloatArray()));
        } finally {
            benchmark.close();
        }
    }

    @Test
    void activationsAreRotated() {
        RotatingBenchmark benchmark = new RotatingBenchmark();
        benchmark.form = "1x33/b16/1-2";
        benchmark.tokens = 3;
        benchmark.open();
        try (NDArray rotated = benchmark.rotated()) {
            NDArray activations = benchmark.activations();
            int[] features = {1};
            assertThat(rotated.sub(activations).abs().max().getFloat()).isGreaterThan(0.001f);
            assertClose(
                    rotated.norm(features).toFloatArray(),
                    activations.norm(features).toFloatArray(),
                    1e-4);

            benchmark.rotate();
            benchmark.linear();
        } finally {
            benchmark.close();
        }
    }

    private static void assertMoves(float[] gradient) {
        double squares = 0;
        for (float value : gradient) {
            squares += (double) value * value;
        }
        assertThat(squares).isFinite().isPositive();
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < actual.length; i++) {
            softly.assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
        }
        softly.assertAll();
    }
}
