/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/** Gathers the options of the optimizer, and of what else trains with it. */
abstract class OptimizerBuilder<B> {

    OptionValues settings = OptionValues.DEFAULT;

    abstract B self();

    final <V> B set(Option<V> option, V value) {
        settings = settings.with(option, value);
        return self();
    }

    /**
     * Sets the highest learning rate of the adapter (default: one that suits its method; 0.001 for
     * several adapters at once).
     *
     * @param learningRate positive
     * @throws IllegalArgumentException if it is not positive or exceeds the range of float32
     */
    public B optLearningRate(double learningRate) {
        return set(TrainingSettings.LEARNING_RATE, learningRate);
    }

    /**
     * Sets the weight decay, at least 0, decoupled from the gradient (default 0). Parameters of one
     * dimension do not decay.
     */
    public B optWeightDecay(double weightDecay) {
        return set(TrainingSettings.WEIGHT_DECAY, weightDecay);
    }

    /**
     * Sets the norm to which the gradients of a step are clipped (default 1): the Euclidean norm of
     * all gradients of an adapter. They are multiplied by min(1, norm / their norm).
     *
     * @param maxGradNorm positive, or 0 to clip nothing
     */
    public B optMaxGradNorm(double maxGradNorm) {
        return set(TrainingSettings.MAX_GRAD_NORM, maxGradNorm);
    }
}
