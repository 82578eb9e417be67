/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The mean of two cross entropies over places: \(-\frac1{2B} \sum_i (\log
 * \mathrm{softmax}(s_i)_{a_i} + \log \mathrm{softmax}(e_i)_{b_i})\) with the logits s, e of the
 * first and the last token of an answer, and their places a, b.
 *
 * <p>Labels are a and b, int64 of shape (B), and what is added to the logits, float32 of shape (B,
 * T), which shuts fillers out. Predictions are s and e, float32 of shape (B, T).
 */
final class AnswerLoss extends Loss {

    AnswerLoss() {
        super("answer cross entropy");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray shut = labels.get(2);
        NDArray starts = ofPlaces(predictions.get(0).add(shut), labels.get(0));
        NDArray ends = ofPlaces(predictions.get(1).add(shut), labels.get(1));
        return NDArrays.concat(new NDList(starts, ends)).mean().neg();
    }

    private static NDArray ofPlaces(NDArray logits, NDArray places) {
        return logits.logSoftmax(1).gather(places.expandDims(1), 1);
    }
}
