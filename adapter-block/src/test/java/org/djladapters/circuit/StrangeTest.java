/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.djladapters.circuit.Matrices.minor;
import static org.djladapters.circuit.Matrices.numbers;
import static org.djladapters.circuit.Matrices.rotation;
import static org.djladapters.circuit.Matrices.unit;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redfx.strange.Complex;
import org.redfx.strange.Gate;
import org.redfx.strange.Program;
import org.redfx.strange.Step;
import org.redfx.strange.gate.Cnot;
import org.redfx.strange.gate.Cz;
import org.redfx.strange.gate.Hadamard;
import org.redfx.strange.gate.RotationY;
import org.redfx.strange.gate.X;
import org.redfx.strange.local.SimpleQuantumExecutionEnvironment;

/** Circuits on the simulator of another project, Strange, which computes in single precision. */
class StrangeTest {

    private static final double SINGLE = 2e-5;

    private static final class Strange implements QasmInterpreter.Machine {

        private final Program program;

        Strange(int qubits) {
            program = new Program(qubits);
        }

        private void add(Gate gate) {
            program.addStep(new Step(gate));
        }

        @Override
        public void x(int qubit) {
            add(new X(qubit));
        }

        @Override
        public void h(int qubit) {
            add(new Hadamard(qubit));
        }

        @Override
        public void ry(int qubit, double angle) {
            add(new RotationY(angle, qubit));
        }

        @Override
        public void cx(int control, int target) {
            add(new Cnot(control, target));
        }

        @Override
        public void cz(int one, int other) {
            add(new Cz(one, other));
        }
    }

    @ParameterizedTest
    @EnumSource(NetworkLayout.class)
    void aVectorIsLoadedAndRotated(NetworkLayout layout) {
        int n = 4;
        double[][] q = rotation(n, 5);
        for (int k = 1; k < n; k++) {
            List<Long> sets = Subsets.of(n, k);
            double[] x = unit(numbers(sets.size(), 3 + k));
            Circuit circuit = Circuit.load(x, n, k).then(GivensNetwork.of(q, layout));

            Strange machine = new Strange(n);
            QasmInterpreter.run(OpenQasm.V2.write(circuit, List.of(), false), n, machine);
            Complex[] state =
                    new SimpleQuantumExecutionEnvironment()
                            .runProgram(machine.program)
                            .getProbability();

            for (int i = 0; i < sets.size(); i++) {
                double expected = 0;
                for (int j = 0; j < sets.size(); j++) {
                    expected += minor(q, sets.get(i), sets.get(j)) * x[j];
                }
                Complex amplitude = state[sets.get(i).intValue()];
                assertThat((double) amplitude.r).isCloseTo(expected, within(SINGLE));
                assertThat((double) amplitude.i).isCloseTo(0, within(SINGLE));
            }
        }
    }
}
