/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompoundFormTest {

    private static final CompoundLayout LAYOUT = CompoundLayout.ofBlocks(30, 2, List.of(1, 2));

    private static CompoundForm form(OrthogonalMap map, boolean shared, int chain, int terms) {
        return new CompoundForm(
                LAYOUT, map, terms, EntryRule.DETERMINANT, shared, chain, false, false);
    }

    @Test
    void parametersAreTrianglesOrMatricesForEveryLinkAndBlock() {
        assertThat(CompoundForm.of(LAYOUT).parameterShape()).isEqualTo(new Shape(1, 2, 10));
        assertThat(form(OrthogonalMap.EXPONENTIAL, true, 3, 5).parameterShape())
                .isEqualTo(new Shape(3, 1, 10));
        assertThat(form(OrthogonalMap.MATRIX, false, 3, 5).parameterShape())
                .isEqualTo(new Shape(3, 2, 5, 5));
    }

    @Test
    void refusesEmptyChainsAndSeries() {
        assertThatThrownBy(() -> form(OrthogonalMap.CAYLEY, false, 0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A chain needs at least one rotation, got 0");
        assertThatThrownBy(() -> form(OrthogonalMap.NEUMANN, false, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A Neumann series needs at least one term, got 0");
    }

    @Test
    void refusesOrdersBeyondTheSizeOfTheMatrix() {
        CompoundLayout layout = CompoundLayout.ofBlocks(4, 1, List.of(1, 5));

        assertThatThrownBy(() -> CompoundForm.of(layout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Order 5 does not exist for matrices of size n = 4");
    }

    @ParameterizedTest
    @EnumSource(OrthogonalMap.class)
    void mapsAreFoundByTheirNames(OrthogonalMap map) {
        assertThat(OrthogonalMap.of(map.toString())).isEqualTo(map);
    }

    @ParameterizedTest
    @EnumSource(EntryRule.class)
    void rulesAreFoundByTheirNames(EntryRule rule) {
        assertThat(EntryRule.of(rule.toString())).isEqualTo(rule);
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> EntryRule.of("det"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no entry rule 'det'; choose one of comp, max, avg, perm");
        assertThatThrownBy(() -> OrthogonalMap.of("Cayley"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "There is no orthogonal map 'Cayley'; choose one of cayley, neumann,"
                                + " exponential, givens, matrix");
    }
}
