/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class LoHaAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final LoHaConfig CONFIG = LoHaConfig.builder().optRank(2).optAlpha(3).build();

    LoHaAdapterTest() {
        super(CONFIG, LINEAR);
    }

    private static SimpleMatrix product(WeightAdapter adapter, int number) {
        return Rotated.matrix(parameter(adapter, "hada_w" + number + "_a"))
                .mult(Rotated.matrix(parameter(adapter, "hada_w" + number + "_b")));
    }

    /** s (B1 A1) times (B2 A2), entry by entry. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        return product(adapter, 1).elementMult(product(adapter, 2)).scale(1.5);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(2 * 2 * (4 + 6));
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
