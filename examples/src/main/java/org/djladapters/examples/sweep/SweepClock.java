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

/** Estimates how long a sweep takes. */
final class SweepClock {

    private SweepClock() {}

    /** A training that was done. */
    private record Training(RunKey key, double seconds) {}

    /**
     * The time of the trainings to come: for each the mean time of one of the same task and method,
     * else of the same task, else of any. Those that failed do not count.
     *
     * @param trainings the runs whose trainings are to come, one as often as it trains
     * @return seconds for one process, if anything was done
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
