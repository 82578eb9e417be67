/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/** What makes one vector for each text of what a model returns: the only place that does so. */
final class SentencePooling {

    private SentencePooling() {}

    /**
     * Makes the embeddings of a batch: the mean of the hidden states over the attention mask, of
     * length 1.
     *
     * @param inputNames the model's inputs in their order
     * @param inputs the arrays of the batch, in this order
     * @param outputs what the model returned, hidden states of shape (B, T, d) first
     * @return float32 of shape (B, d), through which gradients flow
     */
    static NDArray embed(List<String> inputNames, NDList inputs, NDList outputs) {
        NDArray hidden = TaskHead.logits(outputs);
        if (hidden.getShape().dimension() != 3 || "logits".equals(hidden.getName())) {
            throw new IllegalArgumentException(
                    ("The model returns an array of shape %s, not hidden states, of which"
                                    + " embeddings are made; export it with the task"
                                    + " feature-extraction")
                            .formatted(hidden.getShape()));
        }
        int mask = inputNames.indexOf("attention_mask");
        NDArray pooled = mask < 0 ? hidden.mean(new int[] {1}) : mean(hidden, inputs.get(mask));
        return pooled.div(pooled.norm(new int[] {1}, true));
    }

    private static NDArray mean(NDArray hidden, NDArray mask) {
        NDArray weights = mask.toType(DataType.FLOAT32, false).expandDims(-1);
        return hidden.mul(weights).sum(new int[] {1}).div(weights.sum(new int[] {1}));
    }
}
