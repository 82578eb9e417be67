/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;

/**
 * The mean binary cross entropy of logits: the mean of log(1 + exp(z)) - y z for labels y between 0
 * and 1 and logits z of as many numbers, which is \(-y \log \sigma(z) - (1 - y) \log(1 -
 * \sigma(z))\).
 */
final class BinaryCrossEntropy extends Loss {

    BinaryCrossEntropy() {
        super("binary cross entropy");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray logits = predictions.singletonOrThrow();
        NDArray relevance = labels.singletonOrThrow().reshape(logits.getShape());
        return Activation.softPlus(logits).sub(relevance.mul(logits)).mean();
    }
}
