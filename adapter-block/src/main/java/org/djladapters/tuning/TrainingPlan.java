/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import org.djladapters.io.PlainNumber;

/**
 * How an adapter is trained.
 *
 * @param epochs the number of passes over the data
 * @param learningRate the highest rate of the adapter
 * @param headLearningRate the highest rate of the head
 * @param warmUp the share of the steps over which the rates rise
 * @param weightDecay the decay of AdamW
 * @param clip the norm to which the gradients are clipped
 * @param accumulate how many batches make a step
 * @param seed the random seed
 * @param metric the name of the metric that decides which epoch is best
 */
record TrainingPlan(
        int epochs,
        float learningRate,
        float headLearningRate,
        double warmUp,
        float weightDecay,
        double clip,
        int accumulate,
        long seed,
        String metric) {

    /** Checks what only rate and decay together tell. */
    TrainingPlan {
        double rate = Math.max(learningRate, headLearningRate);
        if (rate * weightDecay > AdamW.LARGEST_RATE) {
            throw new IllegalArgumentException(
                    ("A weight decay of %s at a learning rate of %s exceeds the range of"
                                    + " float32; use a smaller one")
                            .formatted(PlainNumber.of(weightDecay), PlainNumber.of((float) rate)));
        }
    }

    /** The number of steps that so many batches make; the last one may have fewer batches. */
    int steps(int batches) {
        return Math.toIntExact(((long) batches + accumulate - 1) / accumulate);
    }
}
