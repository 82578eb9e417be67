/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.dense.TorchPermutation;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FourierFtAdapterTest {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final FourierFtConfig CONFIG =
            FourierFtConfig.builder().optFrequencies(5).optScaling(3).build();

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

    /** The inverse transform by its definition. */
    private static SimpleMatrix change(WeightAdapter adapter) {
        double[] values = parameter(adapter, "fourierft_spectrum").toDoubleArray();
        long[] places = TorchPermutation.first(777, 24, 5);
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int k = 0; k < values.length; k++) {
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 6; j++) {
                    double turn = places[k] / 6 * i / 4.0 + places[k] % 6 * j / 6.0;
                    double wave = values[k] * Math.cos(2 * Math.PI * turn);
                    change.set(i, j, change.get(i, j) + 3 * wave / 24);
                }
            }
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(5);
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
                                FourierFtConfig.builder()
                                        .optFrequencies(25)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("choose at most 24");
    }

    /** What torch.randperm(24, generator=torch.Generator().manual_seed(777))[:5] gives. */
    @Test
    void drawsThePlacesThatPyTorchDraws() {
        assertThat(TorchPermutation.first(777, 24, 5)).containsExactly(23, 2, 19, 17, 1);
        assertThat(TorchPermutation.first(5, 7, 7)).containsExactly(1, 0, 4, 2, 6, 5, 3);
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("fourierft(frequencies 5, scaling 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("FourierFtAdapter(5 frequencies)");
    }
}
