/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * The runs of some methods on one task, with the seeds that all of them have. With one seed every
 * method gets the same training examples in the same order, so the runs of a seed are paired.
 */
public final class PairedRuns {

    private final String task;
    private final long[] seeds;
    private final List<List<Measurement>> methods;

    private PairedRuns(String task, long[] seeds, List<List<Measurement>> methods) {
        this.task = task;
        this.seeds = seeds;
        this.methods = methods;
    }

    /** Pairs the measurements that methods have by seed; perhaps no seed is left. */
    public static PairedRuns of(String task, List<? extends Map<Long, Measurement>> methods) {
        SortedSet<Long> common = new TreeSet<>(methods.get(0).keySet());
        methods.forEach(runs -> common.retainAll(runs.keySet()));
        List<List<Measurement>> paired = new ArrayList<>();
        for (Map<Long, Measurement> runs : methods) {
            SortedMap<Long, Measurement> kept = new TreeMap<>(runs);
            kept.keySet().retainAll(common);
            paired.add(List.copyOf(kept.values()));
        }
        return new PairedRuns(
                task, common.stream().mapToLong(seed -> seed).toArray(), List.copyOf(paired));
    }

    /** Returns the number of seeds that all methods have. */
    public int seeds() {
        return seeds.length;
    }

    /** Computes the mean over the seeds of every method. */
    double[] means() {
        return means(Measurement::value);
    }

    /** Computes the means on a resample of the examples. */
    double[] resampledMeans(int index) {
        return means(run -> run.resampled(index));
    }

    private double[] means(ToDoubleFunction<Measurement> value) {
        double[] means = new double[methods.size()];
        for (int k = 0; k < means.length; k++) {
            for (Measurement run : methods.get(k)) {
                means[k] += value.applyAsDouble(run) / seeds.length;
            }
        }
        return means;
    }

    /** Computes the differences of a seed's values from the means over the seeds. */
    double[] deviations(int seed) {
        double[] deviations = means();
        for (int k = 0; k < deviations.length; k++) {
            deviations[k] = methods.get(k).get(seed).value() - deviations[k];
        }
        return deviations;
    }

    /** Draws standard normal numbers, which depend on the task and the seed only. */
    double[] noise(int seed) {
        RandomGenerator random = Resamples.random("seed %d of %s".formatted(seeds[seed], task));
        double[] noise = new double[Resamples.COUNT];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextGaussian();
        }
        return noise;
    }
}
