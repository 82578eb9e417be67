/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdaLoraAdapterTest {

    private static final Shape LINEAR = new Shape(5, 6);
    private static final AdaLoraConfig THREE =
            AdaLoraConfig.builder().optRank(3).optAlpha(1.5).build();

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

    private WeightAdapter moved(Kind kind, Shape shape, double deviation) {
        return Rotated.moved(THREE.newAdapter(Rotated.spec(kind, shape)), deviation, manager);
    }

    private static SimpleMatrix parameter(WeightAdapter adapter, String name) {
        return Rotated.matrix(adapter.getParameters().get(name).getArray());
    }

    /** s B diag(E) A. */
    private static SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix factors = parameter(adapter, "lora_E");
        return parameter(adapter, "lora_B")
                .mult(SimpleMatrix.diag(factors.getDDRM().getData()))
                .mult(parameter(adapter, "lora_A"))
                .scale(1.5 / (3 + 1e-5));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(3 * (5 + 6 + 1));
    }

    @Test
    void addsAProductWithAFactorForEveryRank() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0.5);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(change(adapter)));

        NDArray turned = weight.transpose();
        WeightAdapter transposed = moved(Kind.CONV1D, turned.getShape(), 0.5);
        Rotated.assertClose(
                Rotated.adapted(transposed, turned, false),
                Rotated.matrix(turned).plus(change(transposed).transpose()));
    }

    @Test
    void hasTheGradientsOfItsFormula() {
        NDArray direction = manager.randomNormal(0, 1, LINEAR, DataType.FLOAT64);
        Rotated.assertGradients(moved(Kind.LINEAR, LINEAR, 0.5), weight, direction);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> THREE.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("embedding");
    }

    @Test
    void readsAsText() {
        assertThat(THREE).hasToString("adalora(rank 3, alpha 1.5, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("AdaLoraAdapter(rank 3)");
    }
}
