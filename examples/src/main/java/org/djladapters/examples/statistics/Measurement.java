/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.djladapters.examples.outputs.ExampleOutputs;

/** The metric of one run on all examples, and on each resample of its task. */
public final class Measurement {

    private final double value;
    private final double[] resampled;

    Measurement(double value, double[] resampled) {
        this.value = value;
        this.resampled = resampled;
    }

    /**
     * Computes the metric of a run.
     *
     * @param factor multiplies the metric: 100 for points, -1 if less is better
     */
    public static Measurement of(
            ExampleOutputs outputs, String metric, double factor, Resamples resamples) {
        return new Measurement(
                factor * outputs.value(metric),
                IntStream.range(0, Resamples.COUNT)
                        .parallel()
                        .mapToDouble(i -> factor * outputs.value(metric, resamples.counts(i)))
                        .toArray());
    }

    /**
     * Takes the metric of a run that is the mean over its examples.
     *
     * @param task its name, with which the resamples are those of all its runs
     * @param values one per example
     */
    public static Measurement ofMean(String task, double[] values) {
        return new Measurement(
                Arrays.stream(values).average().orElseThrow(), Resamples.means(task, values));
    }

    /** Returns the metric on all examples. */
    public double value() {
        return value;
    }

    double resampled(int index) {
        return resampled[index];
    }
}
