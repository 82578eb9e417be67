/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The mean squared error of a regression: the mean of (y - z)&sup2; for labels y and predictions z
 * of as many numbers.
 *
 * <p>DJL's own multiplies by a weight that the garbage collector may take before the gradient is
 * computed.
 */
public final class SquaredError extends Loss {

    public SquaredError() {
        super("mean squared error");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray predicted = predictions.singletonOrThrow();
        NDArray expected = labels.singletonOrThrow().reshape(predicted.getShape());
        return expected.sub(predicted).square().mean();
    }
}
