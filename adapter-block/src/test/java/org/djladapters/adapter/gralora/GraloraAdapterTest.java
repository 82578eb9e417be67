/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.gralora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class GraloraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final GraloraConfig CONFIG =
            GraloraConfig.builder().optRank(2).optWholeRank(1).optAlpha(6).build();

    GraloraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[] down = parameter(adapter, "gralora_A").toDoubleArray();
        double[] up = parameter(adapter, "gralora_B").toDoubleArray();
        SimpleMatrix whole =
                matrix(adapter, "gralora_B_general.weight")
                        .mult(matrix(adapter, "gralora_A_general.weight"));
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                // rank 1 in each of 2 by 2 blocks
                int n = j / 3;
                int c = i / 2;
                double block = down[(n * 3 + j % 3) * 2 + c] * up[(c * 2 + n) * 2 + i % 2];
                change.set(i, j, block);
            }
        }
        return change.plus(whole).scale(2);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(3 * (4 + 6));
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraloraConfig.builder().optRank(3).build())
                .withMessageContaining("choose a multiple of 2");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                GraloraConfig.builder()
                                        .optParts(4)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("4 parts do not divide 6 inputs and 4 outputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraloraConfig.builder().optWholeRank(-1))
                .withMessageContaining("at least 0");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG)
                .hasToString("gralora(rank 2, whole rank 1, alpha 6, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("GraloraAdapter(rank 2 in 2 parts)");
    }
}
