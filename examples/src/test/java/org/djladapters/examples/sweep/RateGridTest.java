/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RateGridTest {

    private static final RateGrid GRID =
            new RateGrid(List.of(0.5, 1.0, 2.0), List.of(0.3, 1.0, 3.0));

    @Test
    void everyFactorOfTheAdapterIsTriedWithEveryOneOfTheHead() {
        assertThat(GRID.rates())
                .hasSize(9)
                .contains(new Rates(0.5, 3), new Rates(2, 0.3), new Rates(1, 1));
    }

    @Test
    void itGrowsWhereTheBestIsAtAnEdge() {
        assertThat(GRID.grown(new Rates(2, 1)))
                .isEqualTo(new RateGrid(List.of(0.5, 1.0, 2.0, 4.0), List.of(0.3, 1.0, 3.0)));
        assertThat(GRID.grown(new Rates(0.5, 3)))
                .isEqualTo(new RateGrid(List.of(0.25, 0.5, 1.0, 2.0), List.of(0.3, 1.0, 3.0, 9.0)));
    }

    @Test
    void itStaysWhereTheBestIsInsideOrThereIsNoChoice() {
        assertThat(GRID.grown(new Rates(1, 1))).isEqualTo(GRID);
        RateGrid alone = new RateGrid(List.of(2.0), List.of(1.0));
        assertThat(alone.grown(new Rates(2, 1))).isEqualTo(alone);
        assertThat(alone.isEdge(new Rates(2, 1))).isFalse();
    }

    @Test
    void itDoesNotGrowForEver() {
        RateGrid grid = GRID;
        for (int i = 0; i < 20; i++) {
            grid = grid.grown(new Rates(grid.factors().get(grid.factors().size() - 1), 1));
        }
        assertThat(grid.factors()).hasSize(9).endsWith(64.0, 128.0);
    }
}
