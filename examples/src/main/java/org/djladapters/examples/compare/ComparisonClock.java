/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.List;
import java.util.OptionalDouble;

/** Foretells how long runs take. */
public final class ComparisonClock {

    private ComparisonClock() {}

    /**
     * The time of the runs to come: that of a method's own runs on average, or of all runs where
     * the method had none. Runs that failed tell nothing.
     *
     * @param done the first runs of the plan
     * @return seconds, if a run was done
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

    /**
     * Puts a time into words, as exact as an estimate can be.
     *
     * @return for example {@code 25 min}
     */
    public static String text(double seconds) {
        if (seconds < 90) {
            return Math.round(seconds) + " s";
        }
        double minutes = seconds / 60;
        return minutes < 90 ? Math.round(minutes) + " min" : "%.1f h".formatted(minutes / 60);
    }
}
