/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Resamples of the examples of a task, the same for every method and seed: as many examples as the
 * task has, drawn with repetition. The random numbers depend on the name of the task, so that tasks
 * are independent and a report is the same each time.
 */
public final class Resamples {

    /** The number of resamples, with which the ends of an interval vary by 2 % of its length. */
    public static final int COUNT = 2000;

    private final int[][] counts;

    public Resamples(String task, int examples) {
        RandomGenerator random = random("examples of " + task);
        counts = new int[COUNT][examples];
        for (int[] resample : counts) {
            random.ints(examples, 0, examples).forEach(place -> resample[place]++);
        }
    }

    /** Returns how often each example is in a resample. */
    int[] counts(int index) {
        return counts[index];
    }

    /**
     * Computes the means of values on the resamples, none of which is kept.
     *
     * @param values one per example
     */
    static double[] means(String task, double[] values) {
        RandomGenerator random = random("examples of " + task);
        return IntStream.range(0, COUNT)
                .mapToDouble(
                        i ->
                                random.ints(values.length, 0, values.length)
                                        .mapToDouble(place -> values[place])
                                        .average()
                                        .orElseThrow())
                .toArray();
    }

    /** Returns random numbers that depend on a text only. */
    static RandomGenerator random(String purpose) {
        UUID hash = UUID.nameUUIDFromBytes(purpose.getBytes(StandardCharsets.UTF_8));
        return new SplittableRandom(hash.getMostSignificantBits());
    }
}
