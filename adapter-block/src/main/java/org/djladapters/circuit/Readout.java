/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Reads a vector y from measurements of a state &Sigma; y<sub>S</sub> |S> with |y| = 1.
 *
 * <p>The share of shots with outcome S is y<sub>S</sub>&sup2;. Signs come from n - 1 further
 * circuits, each with one gate more, an eighth of a full turn of qubits i and i + 1: where S has
 * qubit i and not i + 1, and S' has i + 1 instead of i, the share of S' less the share of S is then
 * 2 y<sub>S</sub> y<sub>S'</sub>. A common sign of all entries is beyond measurement.
 *
 * <p>The idea is that of the tomography in Kerenidis, Landman and Mathur, arXiv 2106.07198, for
 * sets of any size.
 */
public final class Readout {

    private Readout() {}

    /** Returns the circuits that measure the signs, one for every two neighbouring qubits. */
    public static List<Circuit> signCircuits(Circuit circuit) {
        List<Circuit> circuits = new ArrayList<>();
        for (int i = 0; i + 1 < circuit.qubits(); i++) {
            GivensGate eighth = new GivensGate(i, Math.PI / 4);
            circuits.add(circuit.then(new GivensNetwork(circuit.qubits(), List.of(eighth))));
        }
        return circuits;
    }

    /**
     * Finds a vector from shares of outcomes.
     *
     * @param qubits n
     * @param weight k, the number of ones in every outcome
     * @param shares the share of every set of k qubits, in lexicographic order
     * @param signs the same for each of {@link #signCircuits}
     * @return y, of which the largest number is positive
     */
    public static double[] vector(int qubits, int weight, double[] shares, List<double[]> signs) {
        List<Long> subsets = Subsets.of(qubits, weight);
        Map<Long, Integer> ranks = new HashMap<>();
        for (int s = 0; s < subsets.size(); s++) {
            ranks.put(subsets.get(s), s);
        }
        int first = 0;
        for (int s = 1; s < shares.length; s++) {
            first = shares[s] > shares[first] ? s : first;
        }
        double[] vector = new double[shares.length];
        boolean[] known = new boolean[shares.length];
        // the surest signs first
        PriorityQueue<Link> links =
                new PriorityQueue<>(Comparator.comparingDouble(link -> -Math.abs(link.product())));
        links.add(new Link(first, 1, 1));
        while (!links.isEmpty()) {
            Link link = links.remove();
            int s = link.to();
            if (known[s]) {
                continue;
            }
            known[s] = true;
            double sign = link.product() < 0 ? -link.sign() : link.sign();
            vector[s] = sign * Math.sqrt(shares[s]);
            for (int i = 0; i + 1 < qubits; i++) {
                long pair = 3L << i;
                if (Long.bitCount(subsets.get(s) & pair) == 1) {
                    int other = ranks.get(subsets.get(s) ^ pair);
                    boolean moved = (subsets.get(s) & 2L << i) != 0;
                    double[] shown = signs.get(i);
                    double product = shown[moved ? s : other] - shown[moved ? other : s];
                    links.add(new Link(other, sign, product));
                }
            }
        }
        return vector;
    }

    /** A set whose number has the sign of its neighbour's times that of the product of both. */
    private record Link(int to, double sign, double product) {}
}
