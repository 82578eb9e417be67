/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

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

class ShiraAdapterTest {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final ShiraConfig CONFIG = ShiraConfig.builder().optRank(1).build();

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
        return Rotated.moved(CONFIG.newAdapter(Rotated.spec(kind, shape)), deviation, manager);
    }

    private static NDArray parameter(WeightAdapter adapter, String name) {
        return adapter.getParameters().get(name).getArray();
    }

    private static SimpleMatrix change(WeightAdapter adapter) {
        double[] values = parameter(adapter, "shira_weight").toDoubleArray();
        int[] places = adapter.fixed().get("shira_indices").toIntArray();
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < values.length; i++) {
            change.set(places[i], places[values.length + i], values[i]);
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(4 + 6);
    }

    @Test
    void changesTheWeightByItsFormula() {
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
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ShiraConfig.builder()
                                        .optRank(3)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("choose a rank from 1 to 2");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("shira(rank 1, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("ShiraAdapter(10 entries)");
    }
}
