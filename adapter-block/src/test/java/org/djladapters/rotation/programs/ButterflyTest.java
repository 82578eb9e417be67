/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ButterflyTest {

    @Test
    void shufflesEvenPiecesBeforeOddOnes() {
        assertThat(Butterfly.shuffle(0, 4, 4)).containsExactly(LongStream.range(0, 16).toArray());
        assertThat(Butterfly.shuffle(1, 4, 4))
                .containsExactly(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
        assertThat(Butterfly.shuffle(2, 4, 2)).containsExactly(0, 2, 4, 6, 1, 3, 5, 7);
    }

    @Test
    void gathersAreTheIdentityTogether() {
        long[][] gathers = Butterfly.gathers(8, 4, 4);

        long[] coordinates = LongStream.range(0, 32).toArray();
        for (long[] gather : gathers) {
            long[] before = coordinates;
            coordinates = LongStream.of(gather).map(c -> before[(int) c]).toArray();
        }

        assertThat(gathers).hasDimensions(5, 32);
        assertThat(coordinates).containsExactly(LongStream.range(0, 32).toArray());
    }
}
