/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the part of OpenQASM that circuits here are written in, statement by statement. Whatever it
 * does not know is an error.
 */
final class QasmInterpreter {

    private static final Pattern CALL = Pattern.compile("(\\w+)\\s*(?:\\(([^)]*)\\))?\\s+([^(]+)");
    private static final Pattern GATE =
            Pattern.compile("gate (\\w+)\\((\\w+)\\) ([^{]+)\\{([^}]*)\\}");
    private static final Pattern ANGLE = Pattern.compile("(-?)(\\w+)(?:/(\\d+))?");

    /** What has qubits and the gates of the standard library. */
    interface Machine {
        void x(int qubit);

        void h(int qubit);

        void ry(int qubit, double angle);

        void cx(int control, int target);

        void cz(int one, int other);
    }

    private record Definition(String parameter, List<String> qubits, List<String> body) {}

    private final Map<String, Definition> definitions = new HashMap<>();
    private final List<String> statements;
    private final Machine machine;

    /** Runs a program from a basis state. */
    static StateVector run(String program, int qubits, long ones) {
        StateVector state = new StateVector(qubits, ones);
        run(program, qubits, new Simulated(state));
        return state;
    }

    /** Runs a program on a machine. */
    static void run(String program, int qubits, Machine machine) {
        QasmInterpreter interpreter = new QasmInterpreter(program, machine, qubits);
        interpreter.statements.forEach(statement -> interpreter.run(statement, Map.of(), Map.of()));
    }

    private record Simulated(StateVector state) implements Machine {
        @Override
        public void x(int qubit) {
            state.x(qubit);
        }

        @Override
        public void h(int qubit) {
            state.h(qubit);
        }

        @Override
        public void ry(int qubit, double angle) {
            state.ry(qubit, angle);
        }

        @Override
        public void cx(int control, int target) {
            state.cx(control, target);
        }

        @Override
        public void cz(int one, int other) {
            state.cz(one, other);
        }
    }

    private QasmInterpreter(String program, Machine machine, int qubits) {
        this.machine = machine;
        String text = program.replaceAll("//[^\\n]*", "");
        Matcher gates = GATE.matcher(text);
        while (gates.find()) {
            definitions.put(
                    gates.group(1),
                    new Definition(
                            gates.group(2),
                            split(gates.group(3), ","),
                            split(gates.group(4), ";")));
        }
        statements = split(gates.replaceAll(""), ";");
        String version = statements.remove(0);
        boolean third = version.equals("OPENQASM 3.0");
        if (!third && !version.equals("OPENQASM 2.0")) {
            throw new IllegalArgumentException(version);
        }
        expect(third ? "include \"stdgates.inc\"" : "include \"qelib1.inc\"");
        expect(third ? "qubit[%d] q".formatted(qubits) : "qreg q[%d]".formatted(qubits));
        String bits = third ? "bit[%d] c".formatted(qubits) : "creg c[%d]".formatted(qubits);
        if (statements.get(0).equals(bits)) {
            statements.remove(0);
            String last = statements.remove(statements.size() - 1);
            if (!last.equals(third ? "c = measure q" : "measure q -> c")) {
                throw new IllegalArgumentException(last);
            }
        }
    }

    private void expect(String statement) {
        String found = statements.remove(0);
        if (!found.equals(statement)) {
            throw new IllegalArgumentException(found + " instead of " + statement);
        }
    }

    private static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(separator, -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private void run(String statement, Map<String, String> qubits, Map<String, Double> values) {
        Matcher call = CALL.matcher(statement);
        if (!call.matches()) {
            throw new IllegalArgumentException(statement);
        }
        List<String> arguments = new ArrayList<>();
        for (String name : split(call.group(3), ",")) {
            arguments.add(qubits.getOrDefault(name, name));
        }
        double angle = call.group(2) == null ? 0 : angle(call.group(2), values);
        Definition definition = definitions.get(call.group(1));
        if (definition == null) {
            standard(
                    call.group(1),
                    arguments.stream().mapToInt(QasmInterpreter::index).toArray(),
                    angle);
            return;
        }
        if (arguments.size() != definition.qubits().size()) {
            throw new IllegalArgumentException(statement);
        }
        Map<String, String> inner = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            inner.put(definition.qubits().get(i), arguments.get(i));
        }
        for (String line : definition.body()) {
            run(line, inner, Map.of(definition.parameter(), angle));
        }
    }

    private static int index(String qubit) {
        Matcher index = Pattern.compile("q\\[(\\d+)\\]").matcher(qubit);
        if (!index.matches()) {
            throw new IllegalArgumentException(qubit);
        }
        return Integer.parseInt(index.group(1));
    }

    private static double angle(String text, Map<String, Double> values) {
        Matcher term = ANGLE.matcher(text);
        if (!term.matches() || !values.containsKey(term.group(2))) {
            return Double.parseDouble(text);
        }
        double value = values.get(term.group(2)) * (term.group(1).isEmpty() ? 1 : -1);
        return term.group(3) == null ? value : value / Double.parseDouble(term.group(3));
    }

    private void standard(String gate, int[] qubits, double angle) {
        switch (gate) {
            case "x" -> machine.x(qubits[0]);
            case "h" -> machine.h(qubits[0]);
            case "ry" -> machine.ry(qubits[0], angle);
            case "cx" -> machine.cx(qubits[0], qubits[1]);
            case "cz" -> machine.cz(qubits[0], qubits[1]);
            default -> throw new IllegalArgumentException(gate);
        }
    }
}
