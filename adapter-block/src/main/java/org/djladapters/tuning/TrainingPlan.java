/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.OptionalInt;
import org.djladapters.data.BatchedDataset;

/**
 * How long a run trains, and when it is evaluated.
 *
 * @param accumulate the number of batches of a step
 * @param epochs the passes over the data; the last one may end early
 * @param steps the number of updates of the whole run
 * @param evalSteps evaluate after every so many steps of an epoch, too
 * @param patience end after so many evaluations without a better one
 */
record TrainingPlan(
        BatchedDataset train,
        int accumulate,
        int epochs,
        int steps,
        OptionalInt evalSteps,
        OptionalInt patience) {

    static TrainingPlan of(FineTuningOptions options, BatchedDataset train) {
        int accumulate = options.get(TrainingSettings.ACCUMULATE);
        OptionalInt most = options.settings().findInt(TrainingSettings.MAX_STEPS);
        int epochs = most.isPresent() ? Integer.MAX_VALUE : options.get(TrainingSettings.EPOCHS);
        if (most.isEmpty() && (long) train.batchCount() * epochs >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d epochs of %d steps are more steps than can be counted; use fewer epochs"
                            .formatted(epochs, train.batchCount()));
        }
        int epoch = 0;
        long steps = 0;
        while (epoch < epochs && steps < most.orElse(Integer.MAX_VALUE)) {
            epoch++;
            steps += steps(train.batchCount(epoch - 1), accumulate);
        }
        return new TrainingPlan(
                train,
                accumulate,
                epoch,
                (int) Math.min(steps, most.orElse(Integer.MAX_VALUE)),
                options.settings().findInt(TrainingSettings.EVAL_STEPS),
                options.settings().findInt(TrainingSettings.EARLY_STOPPING));
    }

    /** Returns the number of steps of so many batches; the last one may have fewer batches. */
    private static int steps(int batches, int accumulate) {
        return Math.toIntExact(((long) batches + accumulate - 1) / accumulate);
    }

    /** Returns the number of steps of an epoch, counted from 1. */
    int stepsOf(int epoch) {
        return steps(train.batchCount(epoch - 1), accumulate);
    }

    /** Tells whether the model is evaluated after a step within an epoch. */
    boolean isEvaluatedAfter(int step) {
        return evalSteps.isPresent() && step % evalSteps.getAsInt() == 0;
    }

    /** Tells whether a run that has reached so much is over. */
    boolean isOver(TrainingState.Progress reached) {
        return reached.steps() >= steps || isStoppedEarly(reached);
    }

    /** Tells whether a run ends since it got no better any more. */
    boolean isStoppedEarly(TrainingState.Progress reached) {
        return patience.isPresent() && reached.sinceBest() >= patience.getAsInt();
    }
}
