/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.circuit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A circuit of qubits that turns the planes of neighbouring ones.
 *
 * <p>To rotate a vector x of binomial(n, k) entries, load it, let a network act and measure all
 * qubits:
 *
 * <pre>{@code
 * Circuit circuit = Circuit.load(x, n, k).then(network);
 * }</pre>
 *
 * <p>The share of shots in which exactly the qubits of set S are 1 is then (y<sub>S</sub> /
 * |x|)<sup>2</sup> for y = C<sub>k</sub>(Q) x; shots with another number of ones are errors of the
 * machine and are left out. {@link Readout} finds the signs.
 *
 * @param qubits their number n
 * @param ones the qubits that start in |1>; the others start in |0>
 * @param turns the gates in the order in which they act
 */
public record Circuit(int qubits, List<Integer> ones, List<Turn> turns) {

    /**
     * A gate on two neighbouring qubits that acts where other qubits are 1.
     *
     * @param controls the other qubits, often none
     */
    public record Turn(GivensGate gate, List<Integer> controls) {

        /** Copies the controls and checks that they are other qubits. */
        public Turn {
            controls = List.copyOf(controls);
            if (controls.contains(gate.qubit()) || controls.contains(gate.qubit() + 1)) {
                throw new IllegalArgumentException(
                        "A gate on qubits %d and %d can't be controlled by them"
                                .formatted(gate.qubit(), gate.qubit() + 1));
            }
        }

        private int last() {
            return controls.stream().reduce(gate.qubit() + 1, Math::max);
        }
    }

    /** Copies the lists and checks that their qubits are there. */
    public Circuit {
        ones = List.copyOf(ones);
        turns = List.copyOf(turns);
        for (int one : ones) {
            requireQubit(one, qubits);
        }
        for (Turn turn : turns) {
            requireQubit(turn.last(), qubits);
        }
    }

    private static void requireQubit(int qubit, int qubits) {
        if (qubit < 0 || qubit >= qubits) {
            throw new IllegalArgumentException(
                    "Qubit %d is not one of %d".formatted(qubit, qubits));
        }
    }

    /** Returns the circuit of a network alone, which acts on whatever state its qubits are in. */
    public static Circuit of(GivensNetwork network) {
        return new Circuit(network.size(), List.of(), List.of()).then(network);
    }

    /**
     * Loads a vector: makes the state &Sigma;<sub>S</sub> x<sub>S</sub> / |x| |S> of the sets S of
     * k qubits that are 1, in lexicographic order.
     *
     * <p>The first k qubits start in |1>; then every set hands a part of its amplitude to those
     * sets that differ from it by one qubit moved to its neighbour, by a gate that the k - 1 others
     * control: binomial(n, k) - 1 gates. For k = 1 (unary encoding) these are plain gates along the
     * line.
     *
     * @param vector x, binomial(n, k) entries, not all zero
     * @param qubits n
     * @param weight k
     * @throws IllegalArgumentException if the vector has another length, is zero or not finite
     */
    public static Circuit load(double[] vector, int qubits, int weight) {
        List<Long> subsets = Subsets.of(qubits, weight);
        if (vector.length != subsets.size()) {
            throw new IllegalArgumentException(
                    "A vector for %d of %d qubits must have %d entries, but has %d"
                            .formatted(weight, qubits, subsets.size(), vector.length));
        }
        double largest = Arrays.stream(vector).map(Math::abs).max().orElse(0);
        if (!(largest > 0) || Double.isInfinite(largest)) {
            throw new IllegalArgumentException(
                    "A vector must have finite entries, not all of them zero, to be loaded");
        }
        double[] scaled = Arrays.stream(vector).map(x -> x / largest).toArray();
        List<Integer> ones = IntStream.range(0, weight).boxed().toList();
        return new Circuit(qubits, ones, new Loading(subsets, scaled).turns());
    }

    /** Returns this circuit followed by a network of as many qubits. */
    public Circuit then(GivensNetwork network) {
        if (network.size() != qubits) {
            throw new IllegalArgumentException(
                    "A circuit of %d qubits can't be continued with a network of %d"
                            .formatted(qubits, network.size()));
        }
        List<Turn> all = new ArrayList<>(turns);
        network.gates().forEach(gate -> all.add(new Turn(gate, List.of())));
        return new Circuit(qubits, ones, all);
    }

    /**
     * A tree over the sets, in which a set's parent has one of its qubits moved to the neighbour
     * before. Amplitudes flow from the first set, {0, ..., k - 1}, towards the leaves.
     */
    private static final class Loading {

        private final List<Long> subsets;
        private final double[] own;
        private final List<List<Integer>> children = new ArrayList<>();

        /** The share of a set: its own number if it is a leaf, else the length of all below it. */
        private final double[] inflow;

        Loading(List<Long> subsets, double[] vector) {
            this.subsets = subsets;
            own = vector;
            inflow = new double[own.length];
            Map<Long, Integer> ranks = new HashMap<>();
            for (int s = 0; s < own.length; s++) {
                children.add(new ArrayList<>());
                ranks.put(subsets.get(s), s);
                if (s > 0) {
                    // in lexicographic order parents come before their children
                    children.get(ranks.get(subsets.get(s) ^ moved(subsets.get(s)))).add(s);
                }
            }
            for (int s = own.length - 1; s >= 0; s--) {
                double below = 0;
                for (int child : children.get(s)) {
                    below = Math.hypot(below, inflow[child]);
                }
                inflow[s] = children.get(s).isEmpty() ? own[s] : Math.hypot(own[s], below);
            }
        }

        /**
         * Returns the two bits in which a set and its parent differ: its last qubit that can move.
         */
        private static long moved(long subset) {
            long bit = Long.highestOneBit(subset & ~(subset << 1) & ~1L);
            return bit | bit >> 1;
        }

        List<Turn> turns() {
            List<Turn> turns = new ArrayList<>();
            for (int s = 0; s < own.length; s++) {
                Deque<Turn> ofSet = new ArrayDeque<>();
                double rest = own[s];
                // what is left after a turn is what the turns after it start from
                for (int i = children.get(s).size() - 1; i >= 0; i--) {
                    int child = children.get(s).get(i);
                    ofSet.addFirst(turn(s, child, Math.atan2(inflow[child], rest)));
                    rest = Math.hypot(rest, inflow[child]);
                }
                turns.addAll(ofSet);
            }
            return turns;
        }

        private Turn turn(int from, int to, double angle) {
            long common = subsets.get(from) & subsets.get(to);
            int qubit = Long.numberOfTrailingZeros(subsets.get(from) ^ common);
            List<Integer> controls =
                    IntStream.range(0, Subsets.MOST_QUBITS)
                            .filter(i -> (common >> i & 1) == 1)
                            .boxed()
                            .toList();
            return new Turn(new GivensGate(qubit, angle), controls);
        }
    }
}
