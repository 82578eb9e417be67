/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What NumPy 2.4.6 draws. */
class NumpyRandomTest {

    private static int[] shuffled(int count, long seed) {
        int[] numbers = IntStream.range(0, count).toArray();
        new NumpyRandom(seed).shuffle(numbers);
        return numbers;
    }

    @Test
    void shufflesAsNumpyDoes() {
        assertThat(shuffled(12, 1)).containsExactly(8, 11, 4, 7, 5, 0, 1, 9, 2, 10, 6, 3);
        assertThat(shuffled(100_000, 3))
                .startsWith(99532, 56387, 1151, 91799)
                .endsWith(21191, 72339, 49912);
    }

    @Test
    void aSeedMayHave64Bits() {
        assertThat(shuffled(12, (1L << 33) + 5))
                .containsExactly(4, 2, 5, 6, 0, 3, 9, 8, 11, 1, 10, 7);
    }

    @Test
    void choosesAFewAsNumpyDoes() {
        assertThat(new NumpyRandom(42).choice(20, 6)).containsExactly(11, 12, 8, 17, 7, 1);
        assertThat(new NumpyRandom(0).choice(7, 7)).containsExactly(4, 2, 1, 3, 5, 6, 0);
        assertThat(new NumpyRandom(5).choice(20_000, 400))
                .hasSize(400)
                .doesNotHaveDuplicates()
                .startsWith(7606, 8380, 15861, 16452)
                .endsWith(13288, 5483);
    }

    @Test
    void choosesMoreOfManyAsNumpyDoes() {
        assertThat(new NumpyRandom(Integer.MAX_VALUE).choice(20_000, 401))
                .hasSize(401)
                .doesNotHaveDuplicates()
                .startsWith(1814, 8679, 12191, 11721)
                .endsWith(5416, 16316);
    }
}
