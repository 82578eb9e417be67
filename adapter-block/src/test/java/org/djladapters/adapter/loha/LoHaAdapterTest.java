/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

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

class LoHaAdapterTest {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final LoHaConfig CONFIG = LoHaConfig.builder().optRank(2).optAlpha(3).build();

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

    private static SimpleMatrix product(WeightAdapter adapter, int number) {
        return Rotated.matrix(parameter(adapter, "hada_w" + number + "_a"))
                .mult(Rotated.matrix(parameter(adapter, "hada_w" + number + "_b")));
    }

    /** s (B1 A1) times (B2 A2), entry by entry. */
    private static SimpleMatrix change(WeightAdapter adapter) {
        return product(adapter, 1).elementMult(product(adapter, 2)).scale(1.5);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(2 * 2 * (4 + 6));
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
                .isThrownBy(() -> LoHaConfig.builder().optRank(0))
                .withMessageContaining("rank must be at least 1");
    }

    /** The sum over i and j of a_ip b_jq t_ij of every pixel. */
    private static double entry(WeightAdapter adapter, int number, int p, int q, int pixel) {
        double[] up = parameter(adapter, "hada_w" + number + "_a").toDoubleArray();
        double[] down = parameter(adapter, "hada_w" + number + "_b").toDoubleArray();
        double[] core = parameter(adapter, "hada_t" + number).toDoubleArray();
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                sum += up[i * 4 + p] * down[j * 3 + q] * core[(i * 2 + j) * 2 + pixel];
            }
        }
        return sum;
    }

    @Test
    void factorsFiltersAlongAllOfTheirAxes() {
        LoHaConfig effective = LoHaConfig.builder().optRank(2).optEffective(true).build();
        Shape filters = new Shape(4, 3, 2, 1);
        WeightAdapter adapter =
                Rotated.moved(
                        effective.newAdapter(Rotated.spec(Kind.CONV2D, filters)), 0.5, manager);
        SimpleMatrix expected = Rotated.matrix(weight);
        for (int i = 0; i < 4 * 6; i++) {
            int p = i / 6;
            int q = i % 6 / 2;
            double product = entry(adapter, 1, p, q, i % 2) * entry(adapter, 2, p, q, i % 2);
            expected.set(i, expected.get(i) + 4 * product);
        }
        Rotated.assertClose(Rotated.adapted(adapter, weight.reshape(filters), false), expected);
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("loha(rank 2, alpha 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("LoHaAdapter(rank 2)");
    }
}
