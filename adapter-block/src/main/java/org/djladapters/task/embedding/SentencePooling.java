/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.hub.SentenceDense;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskHead;

/**
 * Makes one vector of the hidden states of every text in a batch, in float32 for every type of
 * weights. Gradients flow through; padding on either side counts for nothing.
 *
 * @param pooling how hidden states become a vector
 * @param dense layers that the vector goes through then
 * @param normalize whether vectors are divided by their Euclidean norm
 * @param maskIndex the place of the attention mask among the model's inputs; -1 if there is none,
 *     then all positions count
 */
public record SentencePooling(
        SentenceSettings.Pooling pooling,
        List<SentenceDense> dense,
        boolean normalize,
        int maskIndex) {

    private static final float LARGE = 1e9f;

    /** Pools as settings say. */
    public static SentencePooling of(SentenceSettings settings, List<String> inputNames) {
        return new SentencePooling(
                settings.pooling(),
                settings.dense(),
                settings.normalize(),
                inputNames.indexOf("attention_mask"));
    }

    /**
     * Computes the vectors of a batch.
     *
     * @param outputs the model's outputs: hidden states of shape (B, T, d), those of the name
     *     {@code last_hidden_state} or else the first
     * @return vectors of shape (B, d)
     * @throws IllegalArgumentException if there are no hidden states
     */
    public NDArray vectors(NDList inputs, NDList outputs) {
        if (pooling == SentenceSettings.Pooling.POOLER) {
            NDArray own = ModelOutputs.inFloat32(ModelOutputs.vectors(outputs));
            return normalize ? own.normalize(2, 1) : own;
        }
        NDArray found = TaskHead.hidden(outputs);
        Shape shape = found.getShape();
        if (shape.dimension() != 3 || ModelOutputs.LOGITS.equals(found.getName())) {
            throw new IllegalArgumentException(
                    ("The model returns an array of shape %s where hidden states (texts, tokens,"
                                    + " features) are needed; export it with the task"
                                    + " feature-extraction")
                            .formatted(shape));
        }
        NDArray hidden = ModelOutputs.inFloat32(found);
        NDArray vectors = pool(hidden, mask(inputs, hidden));
        for (SentenceDense layer : dense) {
            vectors = layer.of(vectors);
        }
        return normalize ? vectors.normalize(2, 1) : vectors;
    }

    /** Returns the mask in float32: a copy in the engine's own memory, which gradients may need. */
    private NDArray mask(NDList inputs, NDArray hidden) {
        Shape shape = hidden.getShape();
        return maskIndex < 0
                ? hidden.getManager().ones(new Shape(shape.get(0), shape.get(1)))
                : inputs.get(maskIndex).toType(DataType.FLOAT32, true);
    }

    private NDArray pool(NDArray hidden, NDArray mask) {
        return switch (pooling) {
            case MEAN -> weighted(hidden, mask.div(sum(mask)));
            case MEAN_SQRT_LEN -> weighted(hidden, mask.div(sum(mask).sqrt()));
            case WEIGHTED_MEAN -> weighted(hidden, places(mask).div(sum(places(mask))));
            case CLS -> weighted(hidden, marked(places(mask).eq(1)));
            case LAST -> {
                NDArray places = places(mask);
                NDArray last = places.eq(places.max(new int[] {1}, true));
                yield weighted(hidden, marked(last).mul(mask));
            }
            // the logarithm of the mask is 0 where it is 1
            case POOLER -> throw new IllegalStateException("the model pools"); // above
            case MAX -> hidden.add(mask.log().maximum(-LARGE).expandDims(-1)).max(new int[] {1});
        };
    }

    /** Counts tokens, 1, 2, …, from the first that is no padding; padding is 0. */
    private static NDArray places(NDArray mask) {
        return mask.cumSum(1).mul(mask);
    }

    private static NDArray marked(NDArray places) {
        return places.toType(DataType.FLOAT32, true);
    }

    /** Sums weights of shape (B, T) to (B, 1), which is not 0 even where a text has no tokens. */
    private static NDArray sum(NDArray weights) {
        return weights.sum(new int[] {1}, true).maximum(1 / LARGE);
    }

    /** Sums hidden states times weights of shape (B, T). */
    private static NDArray weighted(NDArray hidden, NDArray weights) {
        return weights.expandDims(1).matMul(hidden).squeeze(1);
    }
}
