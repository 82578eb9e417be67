/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.Loss;
import java.util.stream.DoubleStream;
import org.djladapters.data.Candidates;
import org.djladapters.task.option.EmbeddingOptions;

/**
 * Multiple negatives ranking with second texts that do not change: \(-\frac1B \sum_i \log
 * \frac{e^{s\cos(a_i,b_i)}}{\sum_c e^{s\cos(a_i,c)}} + \frac{w}{B} \sum_i (1 - \cos(a_i, a_i^0))\).
 * The c are all candidates that are not left out, a<sup>0</sup> is the embedding before training, s
 * the scale and w the weight of staying near it. With the second texts of a batch alone and w = 0
 * that is {@link EmbeddingOptions.Loss#MNRL}.
 *
 * <p>Predictions are one array (B, d); labels are those of {@link Candidates}, after the weights of
 * the pairs, if they have some: both means are means with these.
 */
final class OneSidedLoss extends Loss {

    private final double[] settings;
    private final boolean weighted;

    OneSidedLoss(EmbeddingOptions options, boolean weighted) {
        super("one-sided " + EmbeddingOptions.Loss.MNRL.word());
        this.weighted = weighted;
        settings =
                DoubleStream.concat(
                                DoubleStream.of(
                                        options.scale().orElse(EmbeddingOptions.Loss.MNRL.scale()),
                                        options.stay()),
                                options.matryoshka().stream().mapToDouble(Integer::doubleValue))
                        .toArray();
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDManager manager = predictions.singletonOrThrow().getManager();
        int first = weighted ? 1 : 0;
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            return EmbeddingLoss.Program.call("one_sided", manager)
                    .tensor(predictions.singletonOrThrow())
                    .tensor(labels.get(first))
                    .tensor(labels.get(first + 1))
                    .tensor(labels.get(first + 2))
                    .tensor(labels.get(first + 3))
                    .tensor(EmbeddingLoss.weights(weighted, labels, scope))
                    .tensor(scope.create(settings))
                    .single();
        }
    }
}
