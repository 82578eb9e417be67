/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    @Test
    void aBatchSeesAllWithoutThoseThatAreNoNegatives() {
        Candidates candidates =
                new Candidates(
                        new float[] {1, 2, 3, 4, 5, 6},
                        2,
                        new int[] {2, 0},
                        List.of(new int[0], new int[0]),
                        List.of(new int[] {1}, new int[0]),
                        new float[] {7, 8, 9, 10});
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            NDList arrays = candidates.arrays(scope, new int[] {1, 0});

            assertThat(arrays.get(0).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(arrays.get(1).toLongArray()).containsExactly(0, 2);
            assertThat(arrays.get(2).toBooleanArray())
                    .containsExactly(false, false, false, false, true, false);
            assertThat(arrays.get(3).toFloatArray()).containsExactly(9, 10, 7, 8);
        }
    }

    @Test
    void ofTooManyABatchSeesItsOwnWithNegativesAndTheSameOthersEveryTime() {
        int count = 100 * Candidates.MOST;
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        Candidates candidates =
                new Candidates(
                        values,
                        1,
                        new int[] {count - 1, 3},
                        List.of(new int[] {5, 7}, new int[] {count - 2, 9}),
                        List.of(new int[] {3}, new int[0]),
                        new float[2]);
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            NDList arrays = candidates.arrays(scope, new int[] {0, 1});
            float[] seen = arrays.get(0).toFloatArray();

            assertThat(seen)
                    .hasSize(Candidates.MOST)
                    .doesNotHaveDuplicates()
                    .contains(5, 7, 9, count - 2);
            long[] own = arrays.get(1).toLongArray();
            assertThat(seen[(int) own[0]]).isEqualTo(count - 1);
            assertThat(seen[(int) own[1]]).isEqualTo(3);
            assertThat(arrays.get(2).toBooleanArray()[(int) own[1]]).isTrue();
            assertThat(candidates.arrays(scope, new int[] {0, 1}).get(0).toFloatArray())
                    .isEqualTo(seen);
        }
    }
}
