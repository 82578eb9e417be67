/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.Map;

/** Follows a fine-tuning run. Epochs and steps are counted from 1. */
public interface ProgressListener {

    /** Called before the first step. */
    default void onStart(int stepsPerEpoch, int epochs) {}

    /** Called before the first step. */
    default void onExamples(int examplesPerEpoch) {}

    /** Called after each step with the mean loss of its examples or tokens, before its update. */
    default void onStep(int epoch, int step, double loss) {}

    /** Called while the model is measured on the development data, with the examples done. */
    default void onMeasure(int done, int all) {}

    /**
     * Called before the first step of a run, with what the model gives before it is trained: epoch
     * 0. That is not measured where a new head has learned nothing yet, nor again when a run is
     * resumed.
     */
    default void onUntrained(Map<String, Double> devMetrics) {}

    /**
     * Called after each epoch, when its state has been written.
     *
     * @param trainLoss the mean loss of its examples, or of their tokens
     * @param isBest whether the decisive metric is better than in all epochs before, epoch 0
     *     included
     */
    default void onEpoch(
            int epoch, double trainLoss, Map<String, Double> devMetrics, boolean isBest) {}

    /**
     * Called after an evaluation between the steps of an epoch, when the state has been written.
     *
     * @param step the steps of the epoch that are done
     * @param isBest as for an epoch
     */
    default void onEvaluation(
            int epoch, int step, Map<String, Double> devMetrics, boolean isBest) {}

    /** Called when something happens that the user should know, with one sentence. */
    default void onNote(String note) {}

    /**
     * Called with a sentence when something may not be what the user has meant. If this is not
     * overridden, it is a {@linkplain #onNote note} that begins with {@code warning:}.
     */
    default void onWarning(String warning) {
        onNote("warning: " + warning);
    }
}
