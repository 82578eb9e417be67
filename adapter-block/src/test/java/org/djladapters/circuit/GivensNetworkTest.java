/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.djladapters.circuit.Matrices.assertClose;
import static org.djladapters.circuit.Matrices.identity;
import static org.djladapters.circuit.Matrices.rotation;
import static org.djladapters.circuit.Matrices.transposed;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations taken apart into rotations of neighbouring coordinates. */
class GivensNetworkTest {

    /** A few roundings for each of up to 32 layers that an entry goes through. */
    private static final double ROUNDING = 1e-13;

    private static Stream<Arguments> sizes() {
        return Stream.of(NetworkLayout.values())
                .flatMap(
                        layout ->
                                IntStream.of(1, 2, 3, 4, 5, 7, 8, 13, 32)
                                        .mapToObj(n -> Arguments.of(layout, n)));
    }

    @ParameterizedTest(name = "{0}, n = {1}")
    @MethodSource("sizes")
    void theGatesMultiplyToTheRotation(NetworkLayout layout, int n) {
        for (int seed = 0; seed < 5; seed++) {
            double[][] q = rotation(n, seed);

            GivensNetwork network = GivensNetwork.of(q, layout);

            assertThat(network.gates()).hasSize(n * (n - 1) / 2);
            assertClose(network.matrix(), q, ROUNDING);
        }
    }

    @ParameterizedTest(name = "{0}, n = {1}")
    @MethodSource("sizes")
    void theDepthIsThatOfTheLayout(NetworkLayout layout, int n) {
        int depth = GivensNetwork.of(rotation(n, 7), layout).layers().size();

        int expected = layout == NetworkLayout.PYRAMID ? 2 * n - 3 : n;
        assertThat(depth).isEqualTo(n == 1 ? 0 : n == 2 ? 1 : expected);
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void gatesOfALayerShareNoQubit(NetworkLayout layout) {
        GivensNetwork network = GivensNetwork.of(rotation(9, 3), layout);

        for (List<GivensGate> layer : network.layers()) {
            assertThat(layer.stream().flatMap(g -> Stream.of(g.qubit(), g.qubit() + 1)))
                    .doesNotHaveDuplicates();
        }
        assertThat(network.layers().stream().mapToInt(List::size).sum())
                .isEqualTo(network.gates().size());
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void specialRotationsAreTakenApartToo(NetworkLayout layout) {
        double[][] identity = identity(6);
        double[][] halfTurns = identity(6);
        double[][] cycle = new double[5][5];
        for (int sign : new int[] {0, 2, 3, 5}) {
            halfTurns[sign][sign] = -1;
        }
        for (int i = 0; i < 5; i++) {
            cycle[i][(i + 2) % 5] = 1;
        }
        for (double[][] q : List.of(identity, halfTurns, cycle)) {
            assertClose(GivensNetwork.of(q, layout).matrix(), q, ROUNDING);
        }
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void theIdentityNeedsNoTurns(NetworkLayout layout) {
        assertThat(GivensNetwork.of(identity(6), layout).gates())
                .allSatisfy(gate -> assertThat(gate.angle()).isZero());
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void theInverseIsTheNetworkOfTheTranspose(NetworkLayout layout) {
        double[][] q = rotation(7, 1);

        assertClose(GivensNetwork.of(q, layout).inverse().matrix(), transposed(q), ROUNDING);
    }

    @Test
    void theGivenMatrixStaysAsItIs() {
        double[][] q = rotation(4, 2);
        double[][] copy = rotation(4, 2);

        GivensNetwork.of(q, NetworkLayout.BRICK);

        assertThat(q).isDeepEqualTo(copy);
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void matricesThatAreNoRotationsAreRefused(NetworkLayout layout) {
        double[][] reflection = identity(4);
        reflection[2][2] = -1;
        double[][] stretched = identity(4);
        stretched[1][1] = 1.001;
        double[][] unknown = identity(4);
        unknown[0][3] = Double.NaN;

        assertThatThrownBy(() -> GivensNetwork.of(reflection, layout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reflection");
        assertThatThrownBy(() -> GivensNetwork.of(stretched, layout))
                .hasMessageContaining("not orthogonal: columns 1 and 1");
        assertThatThrownBy(() -> GivensNetwork.of(unknown, layout))
                .hasMessageContaining("not orthogonal");
        assertThatThrownBy(() -> GivensNetwork.of(new double[3][2], layout))
                .hasMessageContaining("3 rows have [2] entries");
    }
}
