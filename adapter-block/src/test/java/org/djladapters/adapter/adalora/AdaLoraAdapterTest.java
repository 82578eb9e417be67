/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class AdaLoraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(5, 6);
    private static final AdaLoraConfig THREE =
            AdaLoraConfig.builder().optRank(3).optAlpha(1.5).build();

    AdaLoraAdapterTest() {
        super(THREE, LINEAR);
    }

    /** s B diag(E) A. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix factors = matrix(adapter, "lora_E");
        return matrix(adapter, "lora_B")
                .mult(SimpleMatrix.diag(factors.getDDRM().getData()))
                .mult(matrix(adapter, "lora_A"))
                .scale(1.5 / (3 + 1e-5));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(3 * (5 + 6 + 1));
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> THREE.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("embedding");
    }

    @Test
    void readsAsText() {
        assertThat(THREE).hasToString("adalora(rank 3, alpha 1.5, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("AdaLoraAdapter(rank 3)");
    }
}
