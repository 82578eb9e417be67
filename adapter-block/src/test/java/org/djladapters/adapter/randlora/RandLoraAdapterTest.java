/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class RandLoraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final RandLoraConfig CONFIG =
            RandLoraConfig.builder().optRank(3).optAlpha(6).build();

    RandLoraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[] lambda = parameter(adapter, "randlora_lambda").toDoubleArray();
        double[] gamma = parameter(adapter, "randlora_gamma").toDoubleArray();
        float[] a = adapter.shared().get("randlora_A").toFloatArray();
        float[] b = adapter.shared().get("randlora_B").toFloatArray();
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                double sum = 0;
                for (int p = 0; p < 6; p++) {
                    int rank = p / 2;
                    int base = p % 2;
                    double row = lambda[rank * 2 + base] * a[rank * 4 + i] * gamma[base * 4 + i];
                    sum += row * b[j * 6 + p];
                }
                change.set(i, j, 2 * sum);
            }
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(3 * 2 + 2 * 4);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("randlora(rank 3, alpha 6, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0))
                .hasToString("RandLoraAdapter(2 matrices of rank 3)");
    }
}
