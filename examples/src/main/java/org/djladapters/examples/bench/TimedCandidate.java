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
 * An action that is timed interleaved with others.
 *
 * <p>A round runs every candidate once, in a new random order, so that no candidate always follows
 * the same other one, which leaves its data in caches and in the allocator. In warm-up rounds the
 * engine compiles its programs. Ratios are computed within rounds, so that other work of the
 * machine, and inputs that differ between rounds, favour none.
 */
final class TimedCandidate {

    /** The engine compiles its programs in the first passes. */
    static final int WARM_UP_ROUNDS = 2;

    private static final long SEED = 42;

    private final DoubleSupplier measurement;
    private final List<Double> seconds = new ArrayList<>();

    /** Creates a candidate of a measurement that returns the seconds that count. */
    TimedCandidate(DoubleSupplier measurement) {
        this.measurement = measurement;
    }

    /**
     * Runs the candidates interleaved.
     *
     * @param rounds the number of rounds after the warm-up
     * @param before gets the number of every round, the warm-up included, before it begins
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

    /** Returns the median over the rounds of the ratio of this time to another one. */
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
