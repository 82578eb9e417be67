/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MinedNegativesTest {

    /** Row 1 has the same query as row 0, so the passages of both are relevant to it. */
    private static final MinedNegatives MINED =
            new MinedNegatives(
                    new int[] {0, 1, 2, 3, 4},
                    new int[][] {{0, 1}, {0, 1}, {2}, {3}, {4}},
                    new int[][] {{2, 3}, {3}, {0, 3, 4}, {}, {1}});

    @Test
    void nearPassagesAreDrawnThatNoQueryOfTheBatchIsRightWith() {
        Set<Integer> ofRow2 = new TreeSet<>();
        Set<Integer> ofRow3 = new TreeSet<>();
        for (int passes = 0; passes < 50; passes++) {
            int[] drawn = MINED.draw(new int[] {2, 3}, passes).orElseThrow();
            assertThat(MINED.draw(new int[] {2, 3}, passes).orElseThrow()).isEqualTo(drawn);
            ofRow2.add(drawn[0]);
            ofRow3.add(drawn[1]);
        }
        assertThat(ofRow2).containsExactly(0, 4); // 3 is right for the other row
        assertThat(ofRow3).containsExactly(0, 1, 4); // any, where none is near

        assertThat(MINED.draw(new int[] {0, 2, 4}, 1).orElseThrow()).containsExactly(3, 3, 3);
    }

    @Test
    void aBatchThatKnowsAllPassagesGetsNone() {
        assertThat(MINED.draw(new int[] {0, 2, 3, 4}, 0)).isEmpty();
    }
}
