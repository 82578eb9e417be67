/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hira;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class HiraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final HiraConfig CONFIG = HiraConfig.builder().optRank(2).build();

    HiraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix product = matrix(adapter, "hira_B").mult(matrix(adapter, "hira_A"));
        return product.elementMult(Rotated.matrix(weight));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(2 * (4 + 6));
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("hira(rank 2, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("HiraAdapter(rank 2)");
    }
}
