/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.Map;

/** Follows a fine-tuning run. Epochs and steps are counted from 1. */
public interface ProgressListener {

    /**
     * Called before the first step.
     *
     * @param stepsPerEpoch the number of steps of an epoch
     * @param epochs the number of epochs of the whole run
     */
    default void onStart(int stepsPerEpoch, int epochs) {}

    /**
     * Called before the first step.
     *
     * @param examplesPerEpoch the number of examples of an epoch
     */
    default void onExamples(int examplesPerEpoch) {}

    /**
     * Called after each step.
     *
     * @param epoch the epoch
     * @param step the step within the epoch
     * @param loss the mean loss of the step's examples, before its update
     */
    default void onStep(int epoch, int step, double loss) {}

    /**
     * Called while the model is measured on the development data, after the steps of an epoch.
     *
     * @param done how many examples are done
     * @param all how many there are
     */
    default void onMeasure(int done, int all) {}

    /**
     * Called after each epoch, when its state has been written.
     *
     * @param epoch the epoch
     * @param trainLoss the mean loss of its steps
     * @param devMetrics the metrics on the development data
     * @param isBest whether the decisive metric is better than in all epochs before
     */
    default void onEpoch(
            int epoch, double trainLoss, Map<String, Double> devMetrics, boolean isBest) {}

    /**
     * Called when something happens that the user should know.
     *
     * @param note one sentence
     */
    default void onNote(String note) {}
}
