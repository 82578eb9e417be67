/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.djladapters.circuit.Matrices.assertClose;
import static org.djladapters.circuit.Matrices.minor;
import static org.djladapters.circuit.Matrices.numbers;
import static org.djladapters.circuit.Matrices.rotation;
import static org.djladapters.circuit.Matrices.unit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Circuits, written as OpenQASM and run gate by gate, against determinants. */
class CircuitTest {

    /** Some hundred gates, each with the rounding of float64 on amplitudes of at most 1. */
    private static final double ROUNDING = 1e-13;

    private static Stream<Arguments> programs() {
        return Stream.of(OpenQasm.values())
                .flatMap(
                        version ->
                                Stream.of(NetworkLayout.values())
                                        .flatMap(
                                                layout ->
                                                        IntStream.rangeClosed(2, 6)
                                                                .mapToObj(
                                                                        n ->
                                                                                Arguments.of(
                                                                                        version,
                                                                                        layout,
                                                                                        n))));
    }

    @ParameterizedTest(name = "{0}, {1}, n = {2}")
    @MethodSource("programs")
    void onStatesOfEveryWeightTheUnitaryIsTheCompoundMatrix(
            OpenQasm version, NetworkLayout layout, int n) {
        double[][] q = rotation(n, 11L * n);
        String program = version.write(Circuit.of(GivensNetwork.of(q, layout)), List.of(), false);

        for (long from = 0; from < 1L << n; from++) {
            StateVector state = QasmInterpreter.run(program, n, from);
            for (long to = 0; to < 1L << n; to++) {
                double expected = Long.bitCount(from) == Long.bitCount(to) ? minor(q, to, from) : 0;
                assertThat(state.amplitude(to)).isCloseTo(expected, within(ROUNDING));
            }
        }
    }

    private static Stream<Arguments> weights() {
        return IntStream.rangeClosed(1, 6)
                .boxed()
                .flatMap(n -> IntStream.rangeClosed(0, n).mapToObj(k -> Arguments.of(n, k)));
    }

    @ParameterizedTest(name = "n = {0}, k = {1}")
    @MethodSource("weights")
    void aVectorIsLoadedIntoTheStatesOfAWeight(int n, int k) {
        double[] x = numbers(Subsets.of(n, k).size(), 5L * n + k);
        Circuit circuit = Circuit.load(x, n, k);

        assertThat(circuit.turns()).hasSize(x.length - 1);
        for (OpenQasm version : OpenQasm.values()) {
            double[] loaded = run(version, circuit, k);
            double sign = x.length == 1 ? Math.signum(x[0]) : 1;
            assertClose(loaded, unit(Arrays.stream(x).map(v -> v * sign).toArray()), ROUNDING);
        }
    }

    /** The amplitudes of the states of weight k; all others must be zero. */
    private static double[] run(OpenQasm version, Circuit circuit, int k) {
        String program = version.write(circuit, List.of("a comment; x q[0];"), true);
        StateVector state = QasmInterpreter.run(program, circuit.qubits(), 0);
        double[] amplitudes =
                Subsets.of(circuit.qubits(), k).stream().mapToDouble(state::amplitude).toArray();
        assertThat(Arrays.stream(amplitudes).map(a -> a * a).sum()).isCloseTo(1, within(ROUNDING));
        return amplitudes;
    }

    @Test
    void vectorsWithZerosAreLoaded() {
        for (double[] x :
                List.of(
                        new double[] {0, 0, 0, -2, 0, 0},
                        new double[] {-1, 0, 0, 0, 0, 0},
                        new double[] {0, -3, 4, 0, 0, 1e-200},
                        new double[] {1e300, 0, 0, 1e300, 0, 0})) {
            double largest = Arrays.stream(x).map(Math::abs).max().getAsDouble();
            double[] expected = unit(Arrays.stream(x).map(v -> v / largest).toArray());
            assertClose(run(OpenQasm.V3, Circuit.load(x, 4, 2), 2), expected, ROUNDING);
        }
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void aLoadedVectorIsRotated(NetworkLayout layout) {
        int n = 5;
        double[][] q = rotation(n, 3);
        for (int k = 1; k < n; k++) {
            List<Long> sets = Subsets.of(n, k);
            double[] x = numbers(sets.size(), k);

            Circuit circuit = Circuit.load(x, n, k).then(GivensNetwork.of(q, layout));

            assertClose(run(OpenQasm.V2, circuit, k), rotated(q, sets, unit(x)), ROUNDING);
        }
    }

    private static double[] rotated(double[][] q, List<Long> sets, double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < y.length; j++) {
                y[i] += minor(q, sets.get(i), sets.get(j)) * x[j];
            }
        }
        return y;
    }

    @Test
    void aCircuitIsLaidAlongALineOfCoupledQubits() {
        // a star of three arms around qubit 1: 0-1, 1-2-4, 1-3
        Coupling coupling =
                new Coupling(List.of(List.of(0, 1), List.of(1, 2), List.of(1, 3), List.of(2, 4)));
        double[][] q = rotation(4, 6);
        double[] x = numbers(4, 2);
        Circuit circuit = Circuit.load(x, 4, 1).then(GivensNetwork.of(q, NetworkLayout.PYRAMID));

        List<Integer> line = coupling.line(4);
        String program = OpenQasm.V3.write(circuit, line, List.of(), false);

        assertThat(line).containsExactly(0, 1, 2, 4);
        StateVector state = QasmInterpreter.run(program, 5, 0);
        double[] turned =
                line.stream().mapToDouble(qubit -> state.amplitude(1L << qubit)).toArray();
        assertClose(turned, rotated(q, Subsets.of(4, 1), unit(x)), ROUNDING);
        assertThat(OpenQasm.V2.write(circuit, line, List.of(), true))
                .endsWith("measure q[2] -> c[2];\nmeasure q[4] -> c[3];\n");
        assertThatThrownBy(() -> coupling.line(5)).hasMessageContaining("have no line of 5 qubits");
        assertThatThrownBy(() -> new Coupling(List.of(List.of(1, 1))))
                .hasMessageContaining("got [1, 1]");
    }

    @Test
    void theVectorIsReadFromSharesOfOutcomes() {
        int n = 5;
        double[][] q = rotation(n, 8);
        for (int k = 1; k < n; k++) {
            List<Long> sets = Subsets.of(n, k);
            double[] x = numbers(sets.size(), 20 + k);
            Circuit circuit = Circuit.load(x, n, k).then(GivensNetwork.of(q, NetworkLayout.BRICK));
            int weight = k;

            double[] read =
                    Readout.vector(
                            n,
                            k,
                            shares(circuit, weight),
                            Readout.signCircuits(circuit).stream()
                                    .map(signs -> shares(signs, weight))
                                    .toList());

            double[] y = rotated(q, sets, unit(x));
            int largest = 0;
            for (int s = 0; s < y.length; s++) {
                largest = Math.abs(y[s]) > Math.abs(y[largest]) ? s : largest;
            }
            double sign = Math.signum(y[largest]);
            assertClose(read, Arrays.stream(y).map(v -> v * sign).toArray(), 1e-7);
        }
    }

    private static double[] shares(Circuit circuit, int k) {
        return Arrays.stream(run(OpenQasm.V3, circuit, k)).map(a -> a * a).toArray();
    }

    @Test
    void whatCanNotBeLoadedIsRefused() {
        assertThatThrownBy(() -> Circuit.load(new double[3], 3, 1))
                .hasMessageContaining("not all of them zero");
        assertThatThrownBy(() -> Circuit.load(new double[] {1, Double.NaN, 0}, 3, 1))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> Circuit.load(new double[] {1, 2}, 4, 2))
                .hasMessageContaining("2 of 4 qubits must have 6 entries, but has 2");
        assertThatThrownBy(() -> Circuit.load(new double[1], 4, 5))
                .hasMessageContaining("choose one from 0 to 4");
        assertThatThrownBy(
                        () ->
                                new Circuit(
                                        2,
                                        List.of(),
                                        List.of(new Circuit.Turn(new GivensGate(1, 0), List.of()))))
                .hasMessageContaining("Qubit 2 is not one of 2");
    }

    @Test
    void commentsCanNotBecomeStatements() {
        String program =
                OpenQasm.V3.write(
                        Circuit.load(new double[] {1, 1}, 2, 1), List.of("a\nx q[0];"), false);

        assertThat(program).contains("// a x q[0];\n");
    }
}
