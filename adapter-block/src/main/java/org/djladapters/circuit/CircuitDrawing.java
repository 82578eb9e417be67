/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws circuits, as text or as SVG: qubits from top to bottom, time from left to right. */
public final class CircuitDrawing {

    private static final String ANGLE = "%.3f";

    private static final int MARGIN = 12;
    private static final int LABEL = 44;
    private static final int WIRE = 34;
    private static final int GATE = 46;
    private static final int COLUMN = 58;

    private final Circuit circuit;
    private final List<List<Circuit.Turn>> columns = new ArrayList<>();

    private CircuitDrawing(Circuit circuit) {
        this.circuit = circuit;
        int[] free = new int[circuit.qubits()];
        for (Circuit.Turn turn : circuit.turns()) {
            int from = top(turn);
            int to = bottom(turn) + 1;
            int column = Arrays.stream(free, from, to).max().orElse(0);
            if (column == columns.size()) {
                columns.add(new ArrayList<>());
            }
            columns.get(column).add(turn);
            Arrays.fill(free, from, to, column + 1);
        }
    }

    private static int top(Circuit.Turn turn) {
        return turn.controls().stream().reduce(turn.gate().qubit(), Math::min);
    }

    private static int bottom(Circuit.Turn turn) {
        return turn.controls().stream().reduce(turn.gate().qubit() + 1, Math::max);
    }

    /** Draws with the characters of a terminal, in lines of equal length. */
    public static String text(Circuit circuit) {
        return new CircuitDrawing(circuit).text();
    }

    /** Draws an SVG document with a title, which viewers show. */
    public static String svg(Circuit circuit, String title) {
        return new CircuitDrawing(circuit).svg(title);
    }

    private String text() {
        int digits = String.valueOf(circuit.qubits() - 1).length();
        StringBuilder[] lines = new StringBuilder[2 * circuit.qubits() - 1];
        for (int line = 0; line < lines.length; line++) {
            int qubit = line / 2;
            String state = circuit.ones().contains(qubit) ? "|1>" : "|0>";
            String label = ("q%-" + digits + "d %s ").formatted(qubit, state);
            lines[line] = new StringBuilder(line % 2 == 0 ? label : " ".repeat(label.length()));
        }
        for (List<Circuit.Turn> column : columns) {
            int width = column.stream().mapToInt(turn -> angle(turn).length()).max().orElse(0);
            String[] cells = new String[lines.length];
            for (int line = 0; line < cells.length; line++) {
                cells[line] = (line % 2 == 0 ? "─" : " ").repeat(width + 4);
            }
            column.forEach(turn -> draw(turn, width, cells));
            for (int line = 0; line < cells.length; line++) {
                lines[line].append(cells[line]);
            }
        }
        for (int line = 0; line < lines.length; line += 2) {
            lines[line].append("─");
        }
        for (int line = 1; line < lines.length; line += 2) {
            lines[line].append(" ");
        }
        return String.join("\n", lines) + "\n";
    }

    private static void draw(Circuit.Turn turn, int width, String[] cells) {
        String half = "─".repeat((width + 3) / 2);
        String otherHalf = "─".repeat(width + 3 - half.length());
        for (int line = 2 * top(turn); line <= 2 * bottom(turn); line++) {
            boolean control = line % 2 == 0 && turn.controls().contains(line / 2);
            String middle = control ? "●" : line % 2 == 0 ? "┼" : "│";
            cells[line] =
                    line % 2 == 0
                            ? half + middle + otherHalf
                            : " ".repeat(half.length()) + middle + " ".repeat(otherHalf.length());
        }
        int first = 2 * turn.gate().qubit();
        cells[first] = "─┤" + padded(angle(turn), width) + "├─";
        cells[first + 1] = " │" + " ".repeat(width) + "│ ";
        cells[first + 2] = "─┤" + " ".repeat(width) + "├─";
    }

    private static String padded(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }

    private static String angle(Circuit.Turn turn) {
        return ANGLE.formatted(turn.gate().angle());
    }

    private String svg(String title) {
        int left = MARGIN + LABEL;
        int right = left + Math.max(1, columns.size()) * COLUMN;
        int width = right + MARGIN;
        int height = 2 * MARGIN + circuit.qubits() * WIRE;
        StringBuilder svg = new StringBuilder();
        svg.append(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                                + " viewBox=\"0 0 %1$d %2$d\" font-family=\"Helvetica, Arial,"
                                + " sans-serif\" font-size=\"11\">\n")
                        .formatted(width, height));
        svg.append("<title>").append(escaped(title)).append("</title>\n");
        svg.append("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n".formatted(width, height));
        for (int qubit = 0; qubit < circuit.qubits(); qubit++) {
            int state = circuit.ones().contains(qubit) ? 1 : 0;
            svg.append(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">q%d |%d⟩</text>\n"
                            .formatted(left - 6, y(qubit) + 4, qubit, state));
            svg.append(line(left, y(qubit), right, y(qubit)));
        }
        for (int column = 0; column < columns.size(); column++) {
            for (Circuit.Turn turn : columns.get(column)) {
                draw(turn, left + column * COLUMN + COLUMN / 2, svg);
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(Circuit.Turn turn, int x, StringBuilder svg) {
        if (!turn.controls().isEmpty()) {
            svg.append(line(x, y(top(turn)), x, y(bottom(turn))));
        }
        turn.controls()
                .forEach(
                        control ->
                                svg.append(
                                        "<circle cx=\"%d\" cy=\"%d\" r=\"3.5\"/>\n"
                                                .formatted(x, y(control))));
        int first = turn.gate().qubit();
        svg.append(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"#eef3fa\" stroke=\"#1f3b64\"/>\n"
                        .formatted(x - GATE / 2, y(first) - 10, GATE, WIRE + 20));
        svg.append(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
                        .formatted(x, y(first) + WIRE / 2 + 4, angle(turn).replace('-', '−')));
    }

    private static int y(int qubit) {
        return MARGIN + WIRE / 2 + qubit * WIRE;
    }

    private static String line(int x1, int y1, int x2, int y2) {
        return "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"black\"/>\n"
                .formatted(x1, y1, x2, y2);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
