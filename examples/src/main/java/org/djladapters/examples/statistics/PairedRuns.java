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
 * The runs of some methods on one task with the seeds that all of them have. A seed gives every
 * method the same training examples in the same order, so runs of one seed are a pair.
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

    /**
     * Pairs runs.
     *
     * @param task the name of the task
     * @param methods the measurements of each method by seed
     * @return the runs of the seeds that all methods have, perhaps none
     */
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

    /**
     * Returns the number of seeds that all methods have.
     *
     * @return the number, 0 for none
     */
    public int seeds() {
        return seeds.length;
    }

    /** The mean over the seeds of every method. */
    double[] means() {
        return means(Measurement::value);
    }

    /** The means over the seeds on a resample of the examples. */
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

    /** By how much the values of a seed differ from the means over the seeds. */
    double[] deviations(int seed) {
        double[] deviations = means();
        for (int k = 0; k < deviations.length; k++) {
            deviations[k] = methods.get(k).get(seed).value() - deviations[k];
        }
        return deviations;
    }

    /** Standard normal numbers that belong to a task and a seed, whatever the methods are. */
    double[] noise(int seed) {
        RandomGenerator random = Resamples.random("seed %d of %s".formatted(seeds[seed], task));
        double[] noise = new double[Resamples.COUNT];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextGaussian();
        }
        return noise;
    }
}
