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
     * @param loss the mean loss of the step's examples, or of their tokens, before its update
     */
    default void onStep(int epoch, int step, double loss) {}

    /**
     * Called while the model is measured on the development data, before the first step and after
     * the steps of an epoch.
     *
     * @param done how many examples are done
     * @param all how many there are
     */
    default void onMeasure(int done, int all) {}

    /**
     * Called before the first step of a run, with what the model gives before it is trained: epoch
     * 0. That is not measured where a new head has learned nothing yet, nor again when a run is
     * resumed.
     *
     * @param devMetrics the metrics on the development data
     */
    default void onUntrained(Map<String, Double> devMetrics) {}

    /**
     * Called after each epoch, when its state has been written.
     *
     * @param epoch the epoch
     * @param trainLoss the mean loss of its examples, or of their tokens
     * @param devMetrics the metrics on the development data
     * @param isBest whether the decisive metric is better than in all epochs before, epoch 0
     *     included
     */
    default void onEpoch(
            int epoch, double trainLoss, Map<String, Double> devMetrics, boolean isBest) {}

    /**
     * Called when something happens that the user should know.
     *
     * @param note one sentence
     */
    default void onNote(String note) {}

    /**
     * Called when something may not be what the user has meant. If this is not overridden, it is a
     * {@linkplain #onNote note} that begins with {@code warning:}.
     *
     * @param warning one sentence
     */
    default void onWarning(String warning) {
        onNote("warning: " + warning);
    }
}
