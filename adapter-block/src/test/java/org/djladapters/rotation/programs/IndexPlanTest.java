/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.djladapters.rotation.CompoundLayout;
import org.junit.jupiter.api.Test;

class IndexPlanTest {

    @Test
    void subsetsComeInLexicographicOrder() {
        assertThat(CompoundLayout.subsets(4, 2))
                .containsExactly(
                        new int[] {0, 1},
                        new int[] {0, 2},
                        new int[] {0, 3},
                        new int[] {1, 2},
                        new int[] {1, 3},
                        new int[] {2, 3});
        assertThat(CompoundLayout.subsets(3, 3)).containsExactly(new int[] {0, 1, 2});
    }

    @Test
    void theRankOfASubsetIsItsPosition() {
        for (int n = 1; n <= 7; n++) {
            for (int k = 1; k <= n; k++) {
                List<int[]> subsets = CompoundLayout.subsets(n, k);
                assertThat(subsets).hasSize((int) CompoundLayout.binomial(n, k));
                for (int i = 0; i < subsets.size(); i++) {
                    assertThat(IndexPlan.rank(subsets.get(i), n)).isEqualTo(i);
                }
            }
        }
    }
}
