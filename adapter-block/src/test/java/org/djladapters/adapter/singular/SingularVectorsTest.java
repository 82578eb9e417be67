/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.singular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.rotation.programs.TransformKernel;
import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SingularVectorsTest {

    /** Float32 rounding, 6e-8, of sums of some ten products of size one, and ten times more. */
    private static final double SINGLE = 1e-5;

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

    private NDArray random(DataType type, long... shape) {
        return manager.randomNormal(0, 1, new Shape(shape), type);
    }

    private static SimpleMatrix matrix(NDArray array) {
        return Rotated.matrix(array.toType(DataType.FLOAT64, false));
    }

    private static SimpleMatrix product(SingularVectors vectors) {
        SimpleMatrix values =
                SimpleMatrix.diag(vectors.values().toType(DataType.FLOAT64, false).toDoubleArray());
        return matrix(vectors.left()).mult(values).mult(matrix(vectors.right()));
    }

    private static void assertClose(SimpleMatrix actual, SimpleMatrix expected, double error) {
        assertThat(actual.minus(expected).elementMaxAbs()).isLessThan(error);
    }

    private static void assertOrthonormal(SingularVectors vectors, double error) {
        SimpleMatrix left = matrix(vectors.left());
        SimpleMatrix right = matrix(vectors.right());
        SimpleMatrix eye = SimpleMatrix.identity(left.getNumCols());
        assertClose(left.transpose().mult(left), eye, error);
        assertClose(right.mult(right.transpose()), eye, error);
    }

    @ParameterizedTest
    @CsvSource({"7,5", "5,7", "6,6"})
    void allOfThemMakeTheWeight(int out, int in) {
        int rank = Math.min(out, in);
        NDArray weight = random(DataType.FLOAT64, out, in);
        SingularVectors vectors = SingularVectors.of(weight, false, rank, manager);

        assertThat(vectors.left().getShape()).isEqualTo(new Shape(out, rank));
        assertThat(vectors.values().getShape()).isEqualTo(new Shape(rank));
        assertThat(vectors.right().getShape()).isEqualTo(new Shape(rank, in));
        assertOrthonormal(vectors, Rotated.DOUBLE);
        assertClose(product(vectors), matrix(weight), Rotated.DOUBLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    void theLargestAreComputedInFloat32(DataType type) {
        NDArray weight =
                TransformKernel.cast(
                        random(DataType.FLOAT32, 9, 6),
                        TransformKernel.empty(new Shape(1), type, manager),
                        manager);
        NDArray wide =
                TransformKernel.cast(weight, manager.create(new float[] {0}), manager)
                        .toType(DataType.FLOAT64, false);
        SimpleSVD<SimpleMatrix> exact = Rotated.matrix(wide).svd();

        SingularVectors vectors = SingularVectors.of(weight, false, 3, manager);

        assertThat(vectors.left().getDataType()).isEqualTo(DataType.FLOAT32);
        assertOrthonormal(vectors, SINGLE);
        for (int i = 0; i < 3; i++) {
            assertThat((double) vectors.values().getFloat(i))
                    .isCloseTo(exact.getSingleValue(i), within(SINGLE));
        }
        SimpleMatrix nearest =
                exact.getU()
                        .cols(0, 3)
                        .mult(exact.getW().extractMatrix(0, 3, 0, 3))
                        .mult(exact.getV().cols(0, 3).transpose());
        assertClose(product(vectors), nearest, SINGLE);
    }

    @Test
    void takesTransposedWeightsAndFiltersByTheirOutputs() {
        NDArray weight = random(DataType.FLOAT32, 4, 7);
        SingularVectors turned = SingularVectors.of(weight, true, 4, manager);
        assertClose(product(turned), matrix(weight).transpose(), SINGLE);

        NDArray filter = random(DataType.FLOAT32, 4, 3, 2, 1);
        SingularVectors rows = SingularVectors.of(filter, false, 4, manager);
        assertClose(product(rows), matrix(filter.reshape(4, 6)), SINGLE);
    }

    @Test
    void areTheSameWheneverTheyAreComputed() {
        NDArray weight = random(DataType.FLOAT32, 24, 16);
        SingularVectors first = SingularVectors.of(weight, false, 5, manager);
        SingularVectors second = SingularVectors.of(weight, false, 5, manager);
        assertThat(second.left()).isEqualTo(first.left());
        assertThat(second.right()).isEqualTo(first.right());
    }

    @Test
    void refusesMoreThanThereAre() {
        NDArray weight = random(DataType.FLOAT32, 4, 7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingularVectors.of(weight, false, 5, manager))
                .withMessage(
                        "A weight of shape (4, 7) has 4 pairs of singular vectors, fewer than rank"
                                + " 5; choose a rank of at most 4, or leave the module out of the"
                                + " targets");
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        NDArray weight = manager.create(new float[] {1, 2, Float.NaN, 3}, new Shape(2, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingularVectors.of(weight, false, 1, manager))
                .withMessage(
                        "The weight has numbers that are not finite, so it has no singular vectors;"
                                + " the base model is damaged");
    }
}
