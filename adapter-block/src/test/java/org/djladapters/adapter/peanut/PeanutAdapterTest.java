/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.peanut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class PeanutAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final PeanutConfig CONFIG =
            PeanutConfig.builder()
                    .optRank(2)
                    .optDepth(1)
                    .optScaling(3)
                    .optActivation(PeanutConfig.Activation.TANH)
                    .build();

    PeanutAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix first = tanh(matrix(adapter, "peanut_A.weight").mult(Rotated.matrix(weight)));
        SimpleMatrix encoded = tanh(matrix(adapter, "peanut_encoders.0.weight").mult(first));
        SimpleMatrix decoded = tanh(matrix(adapter, "peanut_decoders.0.weight").mult(encoded));
        return matrix(adapter, "peanut_B.weight").mult(decoded.plus(first)).scale(3);
    }

    private static SimpleMatrix tanh(SimpleMatrix matrix) {
        SimpleMatrix results = matrix.copy();
        for (int i = 0; i < results.getNumElements(); i++) {
            results.set(i, Math.tanh(results.get(i)));
        }
        return results;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(2 * (4 + 4) + 2 * 4);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeanutConfig.builder().optDepth(-1))
                .withMessageContaining("at least 0");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG)
                .hasToString(
                        "peanut(rank 2, depth 1, activation tanh, scaling 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("PeanutAdapter(rank 2, depth 1)");
    }
}
