/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The pairs of qubits that a machine can couple. A network needs a line: qubits of which each is
 * coupled to the next. Gates across other pairs would turn by a sign that the qubits between decide
 * on, and not be C<sub>k</sub>(Q).
 */
public final class Coupling {

    /** Lines are looked for by trying; what takes longer than this is given up. */
    private static final int MOST_STEPS = 1_000_000;

    private final Map<Integer, TreeSet<Integer>> neighbours = new TreeMap<>();

    /** Creates a coupling of pairs of different qubits, counted from 0. */
    public Coupling(List<List<Integer>> pairs) {
        for (List<Integer> pair : pairs) {
            if (pair.size() != 2
                    || pair.get(0) < 0
                    || pair.get(1) < 0
                    || pair.get(0).equals(pair.get(1))) {
                throw new IllegalArgumentException(
                        "A coupling needs two different qubits, counted from 0, got " + pair);
            }
            neighbours.computeIfAbsent(pair.get(0), q -> new TreeSet<>()).add(pair.get(1));
            neighbours.computeIfAbsent(pair.get(1), q -> new TreeSet<>()).add(pair.get(0));
        }
    }

    /**
     * Finds a line of different qubits, each coupled to the next.
     *
     * @param length the number of qubits
     * @throws IllegalArgumentException if there is none, or none was found in a million steps
     */
    public List<Integer> line(int length) {
        int[] steps = {0};
        for (int start : neighbours.keySet()) {
            List<Integer> line = new ArrayList<>(List.of(start));
            if (extend(line, length, steps)) {
                return line;
            }
        }
        throw new IllegalArgumentException(
                ("The couplings have no line of %d qubits%s; choose smaller blocks or another"
                                + " machine")
                        .formatted(length, steps[0] > MOST_STEPS ? " that was found" : ""));
    }

    private boolean extend(List<Integer> line, int length, int[] steps) {
        if (line.size() == length) {
            return true;
        }
        for (int next : neighbours.get(line.get(line.size() - 1))) {
            if (!line.contains(next) && ++steps[0] <= MOST_STEPS) {
                line.add(next);
                if (extend(line, length, steps)) {
                    return true;
                }
                line.remove(line.size() - 1);
            }
        }
        return false;
    }
}
