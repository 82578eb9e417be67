/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.deft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class DeftAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final DeftConfig CONFIG = DeftConfig.builder().optRank(2).optAlpha(4).build();

    DeftAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix up = matrix(adapter, "deft_P");
        SimpleMatrix right = up.copy();
        for (int i = 0; i < right.getNumElements(); i++) {
            right.set(i, Math.max(right.get(i), 0));
        }
        SimpleMatrix injected = matrix(adapter, "deft_R").scale(2);
        return up.mult(injected.minus(right.transpose().mult(Rotated.matrix(weight))));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        Rotated.assertClose(Rotated.adapted(adapter, weight, false), Rotated.matrix(weight));
        assertThat(adapter.size()).isEqualTo(2 * (4 + 6));
    }

    @Test
    void canTakeDirectionsAwayAlone() {
        DeftConfig removing =
                DeftConfig.builder().optRank(2).optOrthogonal(true).optOnlyRemoving(true).build();
        WeightAdapter adapter =
                Rotated.moved(removing.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 1, manager);
        adapter.initializeFrom(weight);
        SimpleMatrix up = matrix(adapter, "deft_P");
        SimpleMatrix inner = up.transpose().mult(up).invert().mult(up.transpose());
        SimpleMatrix taken = up.mult(inner).mult(Rotated.matrix(weight));
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false), Rotated.matrix(weight).minus(taken));
        assertThat(adapter.size()).isEqualTo(2 * 4);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeftConfig.builder().optAlpha(-1))
                .withMessageContaining("must not be negative");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("deft(rank 2, alpha 4, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("DeftAdapter(rank 2)");
    }
}
