/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

/** Follows the measurement of a model. */
public interface EvaluationListener {

    /**
     * Called after each batch.
     *
     * @param done how many examples are done
     * @param all how many there are
     */
    default void onExamples(int done, int all) {}

    /**
     * Called for each example in its order when all are done, by tasks that predict examples one by
     * one: classification, regression, tags of words and language models.
     *
     * @param row what the model predicted
     */
    default void onPrediction(PredictedRow row) {}
}
