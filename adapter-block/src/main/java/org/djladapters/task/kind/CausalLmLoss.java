/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import org.djladapters.data.PromptDataset;

/**
 * The mean cross entropy of response tokens: \(-\frac1N \sum_i \log \mathrm{softmax}(z_i)_{t_i}\)
 * with the logits z at the places before the N tokens t.
 *
 * <p>Labels are those of a {@link PromptDataset}, the prediction is float32 of shape (B, T, V).
 */
final class CausalLmLoss extends Loss {

    CausalLmLoss() {
        super("response cross entropy");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return ofTokens(labels, predictions.singletonOrThrow()).mean();
    }

    /** Computes the loss of every token, of shape (N). */
    static NDArray ofTokens(NDList labels, NDArray logits) {
        return rows(logits, labels.get(0))
                .logSoftmax(1)
                .gather(labels.get(1).expandDims(1), 1)
                .neg()
                .squeeze(1);
    }

    /**
     * Takes the logits of some places.
     *
     * @param logits of shape (B, T, V)
     * @param places int64 of shape (N), counted through the rows of the batch
     * @return logits of shape (N, V)
     */
    static NDArray rows(NDArray logits, NDArray places) {
        return logits.reshape(-1, logits.getShape().get(2)).get(places);
    }
}
