/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Estimates the time of a sweep. */
final class SweepClock {

    private SweepClock() {}

    /** A training that has ended. */
    private record Training(RunKey key, double seconds) {}

    /**
     * Estimates the seconds of the remaining trainings for one process: for each the mean of
     * successful ones of the same task and method, else of the same task, else of all. The result
     * is empty if there are none.
     *
     * @param trainings the runs of the remaining trainings
     */
    static OptionalDouble remaining(List<RunKey> trainings, SweepState done) {
        List<Training> times =
                Stream.concat(
                                done.results().stream()
                                        .filter(result -> !result.isFailed())
                                        .map(r -> new Training(r.key(), r.seconds())),
                                done.trials().stream()
                                        .filter(trial -> !trial.isFailed())
                                        .map(t -> new Training(t.key(), t.seconds())))
                        .toList();
        double sum = 0;
        for (RunKey key : trainings) {
            OptionalDouble seconds =
                    mean(times, other -> isTask(other, key) && other.method().equals(key.method()));
            if (seconds.isEmpty()) {
                seconds = mean(times, other -> isTask(other, key));
            }
            if (seconds.isEmpty()) {
                seconds = mean(times, other -> true);
            }
            if (seconds.isEmpty()) {
                return seconds;
            }
            sum += seconds.getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    private static boolean isTask(RunKey other, RunKey key) {
        return other.task().equals(key.task());
    }

    private static OptionalDouble mean(Collection<Training> times, Predicate<RunKey> like) {
        return times.stream()
                .filter(time -> like.test(time.key()))
                .mapToDouble(Training::seconds)
                .average();
    }
}
