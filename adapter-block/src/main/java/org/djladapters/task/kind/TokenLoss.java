/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TokenDataset;

/**
 * The mean cross entropy at some places of the sequences: \(-\frac1N \sum_i \log
 * \mathrm{softmax}(z_i)_{t_i}\) with the logits z at N places and the classes t that they are to
 * give. For a language model a class is the next token of the response, for tags that of a word.
 *
 * <p>Labels are those of a {@link PromptDataset} or a {@link TokenDataset}, the prediction is
 * float32 of shape (B, T, classes).
 */
public final class TokenLoss extends Loss {

    public TokenLoss() {
        super("cross entropy of tokens");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return ofTokens(labels, predictions.singletonOrThrow()).mean();
    }

    /** Counts the places N, which differ from batch to batch. */
    public static long places(NDList labels) {
        return labels.get(0).size();
    }

    /** Computes the loss at every place, of shape (N). */
    public static NDArray ofTokens(NDList labels, NDArray logits) {
        return rows(logits, labels.get(0))
                .logSoftmax(1)
                .gather(labels.get(1).expandDims(1), 1)
                .neg()
                .squeeze(1);
    }

    /**
     * Takes the logits of some places.
     *
     * @param logits of shape (B, T, classes)
     * @param places int64 of shape (N), counted through the rows of the batch
     * @return logits of shape (N, classes)
     */
    public static NDArray rows(NDArray logits, NDArray places) {
        return logits.reshape(-1, logits.getShape().get(2)).get(places);
    }
}
