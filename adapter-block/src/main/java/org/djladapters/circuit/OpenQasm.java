/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Circuits as text in the language OpenQASM, version 3 or 2. Only gates of the language's standard
 * library are used: {@code x}, {@code h}, {@code ry}, {@code cx}, {@code cz}.
 *
 * <p>A rotation of neighbours is the gate {@code rbs}, defined in the text by two {@code cz}
 * between which both qubits are turned in opposite directions. Angles have all digits of float64.
 */
public enum OpenQasm {
    /** OpenQASM 2.0 (arXiv 1707.03429). */
    V2,
    /** OpenQASM 3.0 (arXiv 2104.14722). */
    V3;

    /**
     * Writes a circuit.
     *
     * @param comments lines that describe it
     * @param measured whether all qubits are measured at the end
     */
    public String write(Circuit circuit, List<String> comments, boolean measured) {
        return write(
                circuit, IntStream.range(0, circuit.qubits()).boxed().toList(), comments, measured);
    }

    /**
     * Writes a circuit for given qubits of a machine.
     *
     * @param line the machine's qubits that stand for those of the circuit, see {@link
     *     Coupling#line}; bit i of a measurement is that of the circuit's qubit i
     * @param comments lines that describe it
     * @param measured whether the qubits are measured at the end
     */
    public String write(
            Circuit circuit, List<Integer> line, List<String> comments, boolean measured) {
        if (line.size() != circuit.qubits()) {
            throw new IllegalArgumentException(
                    "A circuit of %d qubits can't be laid along %d"
                            .formatted(circuit.qubits(), line.size()));
        }
        StringBuilder text = new StringBuilder();
        text.append(this == V3 ? "OPENQASM 3.0;\n" : "OPENQASM 2.0;\n");
        text.append(this == V3 ? "include \"stdgates.inc\";\n" : "include \"qelib1.inc\";\n");
        for (String comment : comments) {
            // a line feed would end the comment, and what follows be part of the program
            text.append("// ").append(comment.replaceAll("\\p{Cntrl}", " ")).append('\n');
        }
        circuit.turns().stream()
                .map(turn -> turn.controls().size())
                .distinct()
                .sorted()
                .forEach(controls -> define(controls, text));
        int n = circuit.qubits();
        int all = line.stream().reduce(0, Math::max) + 1;
        text.append(this == V3 ? "qubit[" + all + "] q;\n" : "qreg q[" + all + "];\n");
        if (measured) {
            text.append(this == V3 ? "bit[" + n + "] c;\n" : "creg c[" + n + "];\n");
        }
        for (int one : circuit.ones()) {
            text.append("x ").append(qubit(one, line)).append(";\n");
        }
        for (Circuit.Turn turn : circuit.turns()) {
            call(turn, line, text);
        }
        if (measured && all == n) {
            text.append(this == V3 ? "c = measure q;\n" : "measure q -> c;\n");
        } else if (measured) {
            for (int i = 0; i < n; i++) {
                String from = qubit(i, line);
                String bit = "c[" + i + "]";
                text.append(
                        this == V3
                                ? bit + " = measure " + from + ";\n"
                                : "measure " + from + " -> " + bit + ";\n");
            }
        }
        return text.toString();
    }

    private static String qubit(int logical, List<Integer> line) {
        return "q[" + line.get(logical) + "]";
    }

    private static void call(Circuit.Turn turn, List<Integer> line, StringBuilder text) {
        int qubit = turn.gate().qubit();
        String qubits =
                IntStream.concat(
                                turn.controls().stream().mapToInt(Integer::intValue),
                                IntStream.of(qubit, qubit + 1))
                        .mapToObj(q -> qubit(q, line))
                        .collect(Collectors.joining(", "));
        text.append(name(turn.controls().size()))
                .append('(')
                .append(turn.gate().angle())
                .append(") ")
                .append(qubits)
                .append(";\n");
    }

    private static String name(int controls) {
        return controls == 0 ? "rbs" : "c" + controls + "rbs";
    }

    private static void define(int controls, StringBuilder text) {
        String qubits =
                IntStream.range(0, controls)
                        .mapToObj(c -> "c" + c + ", ")
                        .collect(Collectors.joining("", "", "a, b"));
        text.append("gate ").append(name(controls)).append("(t) ").append(qubits).append(" {\n");
        text.append("  h a; h b; cz a, b;\n");
        turn("a", "t", controls, text);
        turn("b", "-t", controls, text);
        text.append("  cz a, b; h a; h b;\n}\n");
    }

    /**
     * Turns a qubit where all controls are 1: 2<sup>m</sup> turns by plus or minus the angle /
     * 2<sup>m</sup>, with a cx between them for the bit in which two numbers of the Gray code
     * differ (Möttönen et al., PRL 93, 130502, 2004).
     */
    private static void turn(String qubit, String angle, int controls, StringBuilder text) {
        int turns = 1 << controls;
        for (int i = 0; i < turns; i++) {
            int gray = i ^ i >> 1;
            boolean opposite = Integer.bitCount(gray) % 2 == 1;
            String part = controls == 0 ? angle : angle + "/" + turns;
            text.append("  ry(")
                    .append(opposite ? negated(part) : part)
                    .append(") ")
                    .append(qubit)
                    .append(';');
            if (controls > 0) {
                int next = i + 1 == turns ? 0 : (i + 1) ^ (i + 1) >> 1;
                int control = Integer.numberOfTrailingZeros(gray ^ next);
                text.append(" cx c").append(control).append(", ").append(qubit).append(';');
            }
            text.append('\n');
        }
    }

    private static String negated(String term) {
        return term.startsWith("-") ? term.substring(1) : "-" + term;
    }
}
