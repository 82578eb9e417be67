/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/**
 * How an adapter is trained.
 *
 * @param settings what was chosen
 * @param learningRate the highest rate of the adapter
 * @param metric the name of the metric that decides which epoch is best
 */
record TrainingPlan(OptionValues settings, float learningRate, String metric) {

    /** Checks what only rate and decay together tell. */
    TrainingPlan {
        double rate = Math.max(learningRate, headLearningRate(settings));
        float weightDecay = weightDecay(settings);
        if (rate * weightDecay > AdamW.LARGEST_RATE) {
            throw new IllegalArgumentException(
                    ("A weight decay of %s at a learning rate of %s exceeds the range of"
                                    + " float32; use a smaller one")
                            .formatted(PlainNumber.of(weightDecay), PlainNumber.of((float) rate)));
        }
    }

    <V> V get(Option<V> option) {
        return settings.get(option);
    }

    float headLearningRate() {
        return headLearningRate(settings);
    }

    private static float headLearningRate(OptionValues settings) {
        return settings.get(TrainingSettings.HEAD_LEARNING_RATE).floatValue();
    }

    float weightDecay() {
        return weightDecay(settings);
    }

    private static float weightDecay(OptionValues settings) {
        return settings.get(TrainingSettings.WEIGHT_DECAY).floatValue();
    }

    /** Returns the number of steps of so many batches; the last one may have fewer batches. */
    int steps(int batches) {
        int accumulate = get(TrainingSettings.ACCUMULATE);
        return Math.toIntExact(((long) batches + accumulate - 1) / accumulate);
    }
}
