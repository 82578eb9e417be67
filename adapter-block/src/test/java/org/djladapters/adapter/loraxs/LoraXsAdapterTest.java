/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.singular.SingularVectors;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoraXsAdapterTest {

    private static final Shape LINEAR = new Shape(5, 6);
    private static final LoraXsConfig THREE =
            LoraXsConfig.builder().optRank(3).optAlpha(1.5).build();

    private NDManager manager;
    private NDArray weight;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
        weight = manager.randomNormal(0, 1, LINEAR, DataType.FLOAT64);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private WeightAdapter moved(Kind kind, NDArray base, double deviation) {
        WeightAdapter adapter =
                Rotated.moved(
                        THREE.newAdapter(Rotated.spec(kind, base.getShape())), deviation, manager);
        adapter.initializeFrom(base);
        return adapter;
    }

    /** W + s U diag(S) R V'. */
    private SimpleMatrix expected(WeightAdapter adapter) {
        SingularVectors vectors = SingularVectors.of(weight, false, 3, manager).withFixedSigns();
        NDArray matrix = adapter.getParameters().get("loraxs_R").getArray();
        return Rotated.matrix(weight)
                .plus(
                        Rotated.matrix(vectors.left())
                                .mult(SimpleMatrix.diag(vectors.values().toDoubleArray()))
                                .mult(Rotated.matrix(matrix))
                                .mult(Rotated.matrix(vectors.right()))
                                .scale(0.5));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, weight, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(9);
    }

    @Test
    void addsAMatrixBetweenTheSingularVectors() {
        WeightAdapter adapter = moved(Kind.LINEAR, weight, 0.5);
        Rotated.assertClose(Rotated.adapted(adapter, weight, false), expected(adapter));

        NDArray turned = weight.transpose();
        WeightAdapter transposed = moved(Kind.CONV1D, turned, 0.5);
        Rotated.assertClose(
                Rotated.adapted(transposed, turned, false), expected(transposed).transpose());
    }

    @Test
    void hasTheGradientsOfItsFormula() {
        NDArray direction = manager.randomNormal(0, 1, LINEAR, DataType.FLOAT64);
        Rotated.assertGradients(moved(Kind.LINEAR, weight, 0.5), weight, direction);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> THREE.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("embedding");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> THREE.newAdapter(Rotated.spec(Kind.LINEAR, new Shape(2, 6))))
                .withMessageContaining("can't have rank 3; choose a rank from 1 to 2");
    }
}
