/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.delora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class DeloraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final DeloraConfig CONFIG =
            DeloraConfig.builder().optRank(2).optBound(3).build();

    DeloraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix down = matrix(adapter, "delora_A");
        SimpleMatrix up = matrix(adapter, "delora_B");
        double bound = parameter(adapter, "delora_lambda").toDoubleArray()[0];
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < 2; i++) {
            SimpleMatrix column = up.getColumn(i);
            SimpleMatrix row = down.getRow(i);
            double lengths = Math.max(column.normF(), 1e-4) * Math.max(row.normF(), 1e-4);
            change = change.plus(column.mult(row).scale(bound / 2 / lengths));
        }
        SimpleMatrix norms = new SimpleMatrix(6, 6);
        for (int j = 0; j < 6; j++) {
            norms.set(j, j, Rotated.matrix(weight).getColumn(j).normF());
        }
        return change.mult(norms);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(2 * (4 + 6) + 1);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeloraConfig.builder().optBound(0))
                .withMessageContaining("bound must be");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("delora(rank 2, bound 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("DeloraAdapter(rank 2)");
    }
}
