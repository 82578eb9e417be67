/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** Estimates how long a sweep takes. */
final class SweepClock {

    private SweepClock() {}

    /**
     * The time of the runs to come: how often they train, times the mean time of a training of the
     * same task and method, else of the same task, else of any. Runs that failed do not count.
     *
     * @param pending the runs to come
     * @param done the results there are
     * @return seconds for one process, if a run was done
     */
    static OptionalDouble remaining(List<PlannedRun> pending, Collection<RunResult> done) {
        double sum = 0;
        for (PlannedRun run : pending) {
            OptionalDouble seconds =
                    mean(done, r -> isTask(r, run) && r.key().method().equals(run.key().method()));
            if (seconds.isEmpty()) {
                seconds = mean(done, r -> isTask(r, run));
            }
            if (seconds.isEmpty()) {
                seconds = mean(done, r -> true);
            }
            if (seconds.isEmpty()) {
                return seconds;
            }
            sum += run.trainings() * seconds.getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    private static boolean isTask(RunResult result, PlannedRun run) {
        return result.key().task().equals(run.key().task());
    }

    private static OptionalDouble mean(Collection<RunResult> done, Predicate<RunResult> like) {
        return done.stream()
                .filter(result -> !result.isFailed() && like.test(result))
                .mapToDouble(RunResult::seconds)
                .average();
    }
}
