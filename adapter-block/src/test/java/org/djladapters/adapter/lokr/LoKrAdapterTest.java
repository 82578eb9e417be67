/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lokr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoKrAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final LoKrConfig CONFIG =
            LoKrConfig.builder()
                    .optRank(1)
                    .optAlpha(1.5)
                    .optDecomposeBoth(true)
                    .optFactor(1)
                    .build();

    LoKrAdapterTest() {
        super(CONFIG, LINEAR);
    }

    /** The small matrix is one number. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix large = matrix(adapter, "lokr_w2_a").mult(matrix(adapter, "lokr_w2_b"));
        return matrix(adapter, "lokr_w1").kron(large).scale(1.5);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(1 + 4 + 6);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoKrConfig.builder().optFactor(0))
                .withMessageContaining("factor must be at least 1");
    }

    @Test
    void theSmallMatrixHasDivisorsNearTheRoots() {
        LoKrConfig whole = LoKrConfig.builder().optRank(8).optAlpha(8).build();
        WeightAdapter adapter =
                Rotated.moved(whole.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 0.5, manager);
        SimpleMatrix small = matrix(adapter, "lokr_w1");
        assertThat(small.getNumRows()).isEqualTo(2);
        assertThat(small.getNumCols()).isEqualTo(2);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(small.kron(matrix(adapter, "lokr_w2"))));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 256, 16",
        "-1, 128, 8",
        "-1, 127, 1",
        "4, 128, 4",
        "5, 12, 3",
        "3, 6, 3",
        "-1, 6, 2"
    })
    void sidesAreFactoredAsInPeft(int factor, int side, int smaller) {
        LoKrConfig config = LoKrConfig.builder().set(LoKrConfig.FACTOR, factor).build();
        assertThat(config.smaller(side)).isEqualTo(smaller);
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG)
                .hasToString(
                        "lokr(rank 1, alpha 1.5, both factored, factor 1, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0))
                .hasToString("LoKrAdapter(rank 1, (1, 1) by (4, 6))");
    }
}
