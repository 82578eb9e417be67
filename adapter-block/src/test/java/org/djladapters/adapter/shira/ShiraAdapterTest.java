/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class ShiraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final ShiraConfig CONFIG = ShiraConfig.builder().optRank(1).build();

    ShiraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
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
        assertStartsWithTheWeight(4 + 6);
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
