/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.djladapters.data.BatchedDataset;

/**
 * How long a run trains, and when it is evaluated.
 *
 * @param group the processes that share the batches of a step
 * @param accumulate the number of batches of a step
 * @param epochs the passes over the data; the last one may end early
 * @param steps the number of updates of the whole run
 * @param evalSteps evaluate after every so many updates, too
 * @param patience end after so many evaluations without a better one
 */
record TrainingPlan(
        BatchedDataset train,
        ProcessGroup group,
        int accumulate,
        int epochs,
        int steps,
        OptionalInt evalSteps,
        OptionalInt patience) {

    static TrainingPlan of(FineTuningOptions options, BatchedDataset train) {
        int accumulate = options.get(TrainingSettings.ACCUMULATE);
        OptionalInt most = options.settings().findInt(TrainingSettings.MAX_STEPS);
        OptionalInt evalSteps = options.settings().findInt(TrainingSettings.EVAL_STEPS);
        OptionalInt patience = options.settings().findInt(TrainingSettings.EARLY_STOPPING);
        if (evalSteps.isPresent() && options.embedding().mineEachEpoch().isPresent()) {
            throw new IllegalArgumentException(
                    "A run that mines negatives before each epoch is resumed at the ends of epochs"
                            + " alone; leave out the evaluations within them (eval steps), or the"
                            + " mining");
        }
        if (most.isPresent()) {
            // epochs may differ by a step or two: how many the run will have is told, not decided
            int epoch = groups(train.batchCount(), accumulate);
            int epochs = groups(most.getAsInt(), epoch);
            return new TrainingPlan(
                    train,
                    options.group(),
                    accumulate,
                    epochs,
                    most.getAsInt(),
                    evalSteps,
                    patience);
        }
        int epochs = options.get(TrainingSettings.EPOCHS);
        if ((long) train.batchCount() * epochs >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d epochs of %d steps are more steps than can be counted; use fewer epochs"
                            .formatted(epochs, train.batchCount()));
        }
        int steps = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            steps = Math.addExact(steps, groups(train.batchCount(epoch), accumulate));
        }
        return new TrainingPlan(
                train, options.group(), accumulate, epochs, steps, evalSteps, patience);
    }

    /**
     * Estimates the steps of a run from its number of examples, before they are in batches: several
     * in a row make fewer steps, and one in several rows makes more.
     */
    static int stepsExpected(FineTuningOptions options) {
        OptionalInt most = options.settings().findInt(TrainingSettings.MAX_STEPS);
        if (most.isPresent()) {
            return most.getAsInt();
        }
        int batches = groups(options.train().size(), options.batchSize());
        long epoch = groups(batches, options.get(TrainingSettings.ACCUMULATE));
        return (int) Math.min(Integer.MAX_VALUE, epoch * options.get(TrainingSettings.EPOCHS));
    }

    /** Returns how many groups of a size so many things make; the last one may have fewer. */
    private static int groups(int count, int size) {
        return Math.toIntExact(((long) count + size - 1) / size);
    }

    /** Returns the number of steps of an epoch, counted from 1. */
    int stepsOf(int epoch) {
        return groups(train.batchCount(epoch - 1), accumulate);
    }

    /**
     * Tells whether this process computes a batch.
     *
     * @param position the position of the batch in its epoch, from 0
     */
    boolean isOwn(int position) {
        return position % accumulate % group.size() == group.rank();
    }

    /**
     * Returns how many batches of a step this process computes.
     *
     * @param step the step of the epoch, from 1
     * @param batches the number of batches of the epoch
     */
    int ownBatches(int step, int batches) {
        int first = (step - 1) * accumulate;
        int end = (int) Math.min((long) first + accumulate, batches);
        return (int) IntStream.range(first, end).filter(this::isOwn).count();
    }

    /** Tells whether the model is evaluated after so many updates, within an epoch. */
    boolean isEvaluatedAfter(int updates) {
        return updates == steps || (evalSteps.isPresent() && updates % evalSteps.getAsInt() == 0);
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
