/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * What makes one vector for each text of what a model returns: the only place that does so.
 *
 * @param maskIndex the place of the attention mask among the model's inputs; -1 if there is none
 */
record SentencePooling(int maskIndex) {

    /**
     * Pools the mean of the hidden states over the attention mask, to length 1.
     *
     * @param inputNames the model's inputs in their order
     */
    static SentencePooling of(List<String> inputNames) {
        return new SentencePooling(inputNames.indexOf("attention_mask"));
    }

    /**
     * Computes the vectors of a batch.
     *
     * @param inputs the arrays of the batch
     * @param outputs what the model returned, hidden states of shape (B, T, d)
     * @return float32 of shape (B, d), through which gradients flow
     */
    NDArray vectors(NDList inputs, NDList outputs) {
        NDArray hidden = TaskHead.logits(outputs);
        if (hidden.getShape().dimension() != 3 || "logits".equals(hidden.getName())) {
            throw new IllegalArgumentException(
                    ("The model returns an array of shape %s, not hidden states, of which"
                                    + " embeddings are made; export it with the task"
                                    + " feature-extraction")
                            .formatted(hidden.getShape()));
        }
        NDArray pooled =
                maskIndex < 0 ? hidden.mean(new int[] {1}) : mean(hidden, inputs.get(maskIndex));
        return pooled.div(pooled.norm(new int[] {1}, true));
    }

    private static NDArray mean(NDArray hidden, NDArray mask) {
        NDArray weights = mask.toType(DataType.FLOAT32, true).expandDims(-1);
        return hidden.mul(weights).sum(new int[] {1}).div(weights.sum(new int[] {1}));
    }
}
