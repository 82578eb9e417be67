/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.programs.Rotations.DOUBLE;
import static org.djladapters.rotation.programs.Rotations.assertClose;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What chains with offsets mix. */
class CompoundOffsetsTest {

    /** Blocks of one size, with coordinates left over or not. */
    private static CompoundForm form(
            int features, int size, int chain, boolean staggered, boolean strided) {
        return new CompoundForm(
                CompoundLayout.ofBlockSize(features, size, List.of(1, 2, 3)),
                OrthogonalMap.CAYLEY,
                5,
                EntryRule.DETERMINANT,
                false,
                chain,
                false,
                true,
                staggered,
                false,
                strided,
                false);
    }

    /** C<sub>1</sub>, C<sub>2</sub> and C<sub>3</sub> of size 8 fill 92, of size 4 they fill 14. */
    @ParameterizedTest
    @CsvSource({
        "384, 92, 2",
        "384, 92, 3",
        "384, 92, 4",
        "60, 14, 2",
        "60, 14, 4",
        "56, 14, 2",
        "30, 14, 2",
        "20, 14, 2",
        "70, 16, 2",
        "70, 16, 3"
    })
    void areOrthogonalAndLeaveTheLastCoordinatesAlone(int features, int size, int chain) {
        for (boolean strided : new boolean[] {false, true}) {
            CompoundForm form = form(features, size, chain, true, strided);

            DMatrixRMaj c = Rotations.dense(form, Rotations.parameters(form, 1));

            assertClose(
                    form,
                    CommonOps_DDRM.multTransB(c, c, null),
                    CommonOps_DDRM.identity(features),
                    DOUBLE);
            int left = features - form.layout().rotated();
            DMatrixRMaj corner = new DMatrixRMaj(left, left);
            CommonOps_DDRM.extract(c, features - left, features, features - left, features, corner);
            assertClose(form, corner, CommonOps_DDRM.identity(left), 0);
            assertClose(
                    form,
                    c,
                    ReferenceRotation.dense(form, Rotations.parameters(form, 1)),
                    10 * DOUBLE);
        }
    }

    /** Coordinates of one group are mixed, directly or by way of others. */
    @ParameterizedTest
    @CsvSource({"60, 14, 2", "60, 14, 4", "56, 14, 2", "42, 14, 2", "42, 14, 3", "64, 16, 2"})
    void connectAllRotatedCoordinates(int features, int size, int chain) {
        for (boolean strided : new boolean[] {false, true}) {
            CompoundForm form = form(features, size, chain, true, strided);

            List<Set<Integer>> groups = groups(form);

            assertThat(groups).as("%s", form).hasSize(1);
            assertThat(groups.get(0)).hasSize(form.layout().rotated());
        }
    }

    /** As in the reference: two links of four blocks turn the same parts of blocks. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void byWholeBlocksConnectNothingElse(int chain) {
        CompoundForm form = form(60, 14, chain, false, false);

        // four blocks, each of parts of 4, 6 and 4 coordinates
        assertThat(groups(form)).hasSize(12);
    }

    /**
     * A block of 16 leaves two of its coordinates alone, which are in another place a link later.
     */
    @ParameterizedTest
    @CsvSource({"1, 56", "2, 64"})
    void coverWhatASingleLinkLeavesAlone(int chain, int covered) {
        CompoundForm form = form(70, 16, chain, true, false);

        assertThat(groups(form).stream().mapToInt(Set::size).sum()).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({"384, 92, 2, 46", "384, 92, 3, 122", "384, 92, 4, 23", "384, 128, 2, 192"})
    void areThoseOfTheReferenceWhereTheseOverlap(int features, int size, int chain, int shift) {
        CompoundForm form = form(features, size, chain, true, false);

        assertThat(form.shift(1)).isEqualTo(shift);
        assertThat(form.isStaggered()).isEqualTo(form.layout().blocks() % chain == 0);
        assertThat(form(features, size, chain, false, false).shift(1))
                .isEqualTo(form.layout().rotated() / chain);
    }

    /** The connected parts, of more than one coordinate each, of what C mixes. */
    private static List<Set<Integer>> groups(CompoundForm form) {
        DMatrixRMaj c = Rotations.dense(form, Rotations.parameters(form, 2));
        List<Set<Integer>> groups = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int start = 0; start < c.numRows; start++) {
            Set<Integer> group = new TreeSet<>();
            Deque<Integer> open = new ArrayDeque<>();
            if (seen.add(start)) {
                open.push(start);
            }
            while (!open.isEmpty()) {
                int at = open.pop();
                group.add(at);
                for (int to = 0; to < c.numCols; to++) {
                    boolean mixed = Math.abs(c.get(at, to)) + Math.abs(c.get(to, at)) > DOUBLE;
                    if (mixed && seen.add(to)) {
                        open.push(to);
                    }
                }
            }
            if (group.size() > 1) {
                groups.add(group);
            }
        }
        return groups;
    }
}
