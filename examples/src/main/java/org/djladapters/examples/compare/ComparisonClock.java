/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.List;
import java.util.OptionalDouble;

/** Estimates the time of runs. */
public final class ComparisonClock {

    private ComparisonClock() {}

    /**
     * Estimates the seconds of the remaining runs, if a run has succeeded: the mean of a method's
     * runs for each, or the mean of all runs if the method has none.
     *
     * @param plan the methods of all runs
     * @param done the first runs of the plan
     */
    static OptionalDouble remaining(List<String> plan, List<ComparisonRun> done) {
        OptionalDouble any = mean(done);
        if (any.isEmpty()) {
            return any;
        }
        return OptionalDouble.of(
                plan.stream()
                        .skip(done.size())
                        .mapToDouble(
                                method ->
                                        mean(done.stream()
                                                        .filter(run -> run.method().equals(method))
                                                        .toList())
                                                .orElse(any.getAsDouble()))
                        .sum());
    }

    private static OptionalDouble mean(List<ComparisonRun> runs) {
        return runs.stream()
                .filter(run -> !run.isFailed())
                .mapToDouble(ComparisonRun::seconds)
                .average();
    }

    /** Writes an estimated time, for example {@code 25 min}. */
    public static String text(double seconds) {
        if (seconds < 90) {
            return Math.round(seconds) + " s";
        }
        double minutes = seconds / 60;
        return minutes < 90 ? Math.round(minutes) + " min" : "%.1f h".formatted(minutes / 60);
    }
}
