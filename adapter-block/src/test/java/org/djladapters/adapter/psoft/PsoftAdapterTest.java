/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.singular.SingularVectors;
import org.djladapters.rotation.OrthogonalMap;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PsoftAdapterTest {

    private static final int RANK = 3;
    private static final Shape LINEAR = new Shape(5, 6);

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private static PsoftConfig.Builder config() {
        return PsoftConfig.builder().optRank(RANK);
    }

    private NDArray random(Shape shape) {
        return manager.randomNormal(0, 1, shape, DataType.FLOAT64);
    }

    private WeightAdapter moved(PsoftConfig.Builder config, Kind kind, NDArray weight) {
        WeightAdapter adapter =
                Rotated.moved(
                        config.build().newAdapter(Rotated.spec(kind, weight.getShape())),
                        0.3,
                        manager);
        adapter.initializeFrom(weight);
        return adapter;
    }

    private static double[] values(WeightAdapter adapter, String name) {
        return adapter.getParameters().get("psoft_R." + name).getArray().toDoubleArray();
    }

    /** diag(b) (I + S)(I - S)^-1 diag(a). */
    private static SimpleMatrix middle(WeightAdapter adapter) {
        SimpleMatrix skew = Rotated.skew(values(adapter, "weight"), 0, RANK);
        return scaled(adapter, Rotated.cayley(skew).transpose());
    }

    private static SimpleMatrix scaled(WeightAdapter adapter, SimpleMatrix rotation) {
        return SimpleMatrix.diag(values(adapter, "vector_b"))
                .mult(rotation)
                .mult(SimpleMatrix.diag(values(adapter, "vector_a")));
    }

    /** W + U diag(S) (M - I) V'. */
    private SimpleMatrix expected(NDArray weight, SimpleMatrix middle) {
        SingularVectors vectors = SingularVectors.of(weight, false, RANK, manager);
        return Rotated.matrix(weight)
                .plus(
                        Rotated.matrix(vectors.left())
                                .mult(SimpleMatrix.diag(vectors.values().toDoubleArray()))
                                .mult(middle.minus(SimpleMatrix.identity(RANK)))
                                .mult(Rotated.matrix(vectors.right())));
    }

    @Test
    void turnsTheLargestSingularVectors() {
        NDArray weight = random(LINEAR);
        WeightAdapter adapter = moved(config(), Kind.LINEAR, weight);

        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false), expected(weight, middle(adapter)));
    }

    @Test
    void takesTransposedWeightsAndFiltersByTheirOutputs() {
        NDArray weight = random(LINEAR);
        NDArray turned = weight.transpose();
        WeightAdapter transposed = moved(config(), Kind.CONV1D, turned);
        Rotated.assertClose(
                Rotated.adapted(transposed, turned, false),
                expected(weight, middle(transposed)).transpose());

        NDArray filter = weight.reshape(5, 2, 3, 1);
        WeightAdapter convolution = moved(config(), Kind.CONV2D, filter);
        Rotated.assertClose(
                Rotated.adapted(convolution, filter, false), expected(weight, middle(convolution)));
    }

    @Test
    void aSeriesIsTakenFromABoundedMatrix() {
        NDArray weight = random(LINEAR);
        WeightAdapter adapter =
                moved(
                        config().optMap(OrthogonalMap.NEUMANN).optTerms(4).optConstrained(0.2),
                        Kind.LINEAR,
                        weight);
        SimpleMatrix skew = Rotated.skew(values(adapter, "weight"), 0, RANK);
        SimpleMatrix bounded = skew.scale(Math.min(1, 0.2 / skew.normF()));
        SimpleMatrix square = bounded.mult(bounded);
        SimpleMatrix series =
                SimpleMatrix.identity(RANK)
                        .plus(bounded.scale(2))
                        .plus(square.scale(2))
                        .plus(square.mult(bounded));

        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false), expected(weight, scaled(adapter, series)));
    }

    @Test
    void aMatrixStandsAsItIsBetweenTheRoots() {
        NDArray weight = random(LINEAR);
        WeightAdapter adapter =
                moved(
                        config().optMap(OrthogonalMap.MATRIX).optSymmetric(true),
                        Kind.LINEAR,
                        weight);
        NDArray matrix = adapter.getParameters().get("psoft_R.weight").getArray();
        SimpleMatrix middle = scaled(adapter, Rotated.matrix(matrix));
        SingularVectors vectors = SingularVectors.of(weight, false, RANK, manager);
        SimpleMatrix root = SimpleMatrix.diag(vectors.values().sqrt().toDoubleArray());

        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight)
                        .plus(
                                Rotated.matrix(vectors.left())
                                        .mult(root)
                                        .mult(middle.minus(SimpleMatrix.identity(RANK)))
                                        .mult(root)
                                        .mult(Rotated.matrix(vectors.right()))));
    }

    @Test
    void hasTheGradientsOfItsFormula() {
        for (PsoftConfig.Builder config :
                new PsoftConfig.Builder[] {
                    config(),
                    config().optMap(OrthogonalMap.NEUMANN).optConstrained(0.2),
                    config().optMap(OrthogonalMap.MATRIX).optSymmetric(true)
                }) {
            NDArray weight = random(LINEAR);
            Rotated.assertGradients(moved(config, Kind.LINEAR, weight), weight, random(LINEAR));
        }
    }

    @Test
    void aRankOfOneHasScalesOnly() {
        NDArray weight = random(LINEAR);
        WeightAdapter adapter =
                PsoftConfig.builder()
                        .optRank(1)
                        .build()
                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
        adapter.initialize(manager, DataType.FLOAT64, LINEAR);
        adapter.initializeFrom(weight);

        Rotated.assertClose(Rotated.adapted(adapter, weight, false), Rotated.matrix(weight));
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                config().optRank(6)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessage(
                        "A weight of 6 inputs and 5 outputs can't have rank 6; choose a rank from 1"
                                + " to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().build().newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("embedding");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().optMap(OrthogonalMap.GIVENS))
                .withMessageContaining("PSOFT has no map 'givens'");
    }

    @Test
    void needsItsWeight() {
        WeightAdapter adapter = config().build().newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
        adapter.initialize(manager, DataType.FLOAT64, LINEAR);
        NDArray weight = random(LINEAR);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Rotated.adapted(adapter, weight, false))
                .withMessageContaining("call initializeFrom first");
    }
}
