/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class VbLoraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final VbLoraConfig CONFIG =
            VbLoraConfig.builder().optRank(2).optVectors(3).optLength(2).optTop(3).build();

    VbLoraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    /** Parts (m, n, b) that mix all vectors. */
    private static double[][][] parts(WeightAdapter adapter, String name) {
        NDArray logits = parameter(adapter, name);
        double[] weights = logits.softmax(-1).toDoubleArray();
        double[] bank = parameter(adapter, "vblora_vector_bank").toDoubleArray();
        int m = (int) logits.getShape().get(0);
        int n = (int) logits.getShape().get(1);
        double[][][] parts = new double[m][n][2];
        for (int i = 0; i < m * n * 3 * 2; i++) {
            int part = i / 6;
            parts[part / n][part % n][i % 2] += weights[i / 2] * bank[i % 6];
        }
        return parts;
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[][][] down = parts(adapter, "vblora_logits_A");
        double[][][] up = parts(adapter, "vblora_logits_B");
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                for (int r = 0; r < 2; r++) {
                    double product = up[i / 2][r][i % 2] * down[r][j / 2][j % 2];
                    change.set(i, j, change.get(i, j) + product);
                }
            }
        }
        return change;
    }

    @Test
    void hasAsManyNumbersAsItsFormula() {
        assertThat(moved(Kind.LINEAR, LINEAR, 0).size()).isEqualTo(2 * 3 * 3 + 2 * 2 * 3 + 3 * 2);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VbLoraConfig.builder().optVectors(3).optTop(4).build())
                .withMessageContaining("can't mix 4 of 3 vectors");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                VbLoraConfig.builder()
                                        .optLength(3)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("do not divide 6 inputs and 4 outputs");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG)
                .hasToString("vblora(rank 2, vectors 3, length 2, top 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("VbLoraAdapter(rank 2 of 3 vectors)");
    }
}
