/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;

/**
 * Something that is timed interleaved with others.
 *
 * <p>A round runs every candidate once, in an order drawn anew for each round, so that no one
 * always finds what the same other one has left in caches and in the allocator. Rounds before those
 * that count let the engine compile what it runs. Ratios are taken within rounds, so that neither
 * other work of the machine nor inputs that differ between rounds favour anyone.
 */
final class TimedCandidate {

    /** The engine compiles its programs in the first passes. */
    static final int WARM_UP_ROUNDS = 2;

    private static final long SEED = 42;

    private final DoubleSupplier measurement;
    private final List<Double> seconds = new ArrayList<>();

    /**
     * Creates a candidate.
     *
     * @param measurement runs what is timed and tells how long what counts of it took, in seconds
     */
    TimedCandidate(DoubleSupplier measurement) {
        this.measurement = measurement;
    }

    /**
     * Runs the candidates interleaved.
     *
     * @param rounds how many rounds count
     * @param before is told the number of every round before it begins, from 0 on, those that do
     *     not count among them
     */
    static void interleave(List<TimedCandidate> candidates, int rounds, IntConsumer before) {
        List<TimedCandidate> order = new ArrayList<>(candidates);
        Random random = new Random(SEED);
        for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
            before.accept(round);
            Collections.shuffle(order, random);
            for (TimedCandidate candidate : order) {
                double time = candidate.measurement.getAsDouble();
                if (round >= WARM_UP_ROUNDS) {
                    candidate.seconds.add(time);
                }
            }
        }
    }

    /** Measures how long an action takes, in seconds. */
    static double time(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Returns the median time in seconds. */
    double median() {
        return median(times());
    }

    /** Returns the shortest time in seconds. */
    double min() {
        return Collections.min(seconds);
    }

    /** Returns the median over the rounds of this one's time over that of another one. */
    double ratio(TimedCandidate other) {
        double[] ratios = times();
        Arrays.setAll(ratios, round -> ratios[round] / other.seconds.get(round));
        return median(ratios);
    }

    private double[] times() {
        return seconds.stream().mapToDouble(time -> time).toArray();
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
