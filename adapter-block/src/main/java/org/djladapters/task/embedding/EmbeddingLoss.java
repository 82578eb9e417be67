/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.task.option.EmbeddingOptions;

/**
 * A loss of embeddings, computed by the program {@code embedding.py}, in the same package of the
 * resources.
 *
 * <p>Predictions are float32 arrays of shape (B, d): the embeddings of the first texts, of the
 * second texts, and of every column of negatives. Labels are nothing, or float32: scores of shape
 * (B), or (B, n + 1) with those of n negatives; margins of shape (B, n); or an array of vectors for
 * each of the predictions. With weights, these come first, float32 of shape (B), and the loss is
 * the mean with these weights of what it is the mean of without.
 */
public final class EmbeddingLoss extends Loss {

    private final double[] settings;
    private final boolean vectors;
    private final boolean weighted;

    /**
     * Creates a loss.
     *
     * @param weighted whether the labels have weights of the pairs; for losses that are means
     */
    public EmbeddingLoss(EmbeddingOptions.Loss kind, EmbeddingOptions options, boolean weighted) {
        super(kind.word());
        this.weighted = weighted;
        vectors = kind.learnsVectors();
        settings =
                DoubleStream.concat(
                                DoubleStream.of(
                                        number(kind),
                                        options.scale().orElse(kind.scale()),
                                        options.margin().orElse(kind.margin()),
                                        options.symmetric() ? 1 : 0),
                                options.matryoshka().stream().mapToDouble(Integer::doubleValue))
                        .toArray();
    }

    /** Returns the number of a loss, as the function {@code loss} of the program has it. */
    private static int number(EmbeddingOptions.Loss kind) {
        return switch (kind) {
            case MNRL -> 0;
            case COSENT -> 1;
            case COSINE -> 2;
            case TRIPLET -> 3;
            case ANGLE -> 4;
            case CONTRASTIVE -> 5;
            case ONLINE_CONTRASTIVE -> 6;
            case MARGIN_MSE -> 7;
            case GIST -> 8;
            case MSE -> 9;
        };
    }

    /**
     * A loss and its gradients.
     *
     * @param gradients those with respect to the predictions, array by array
     */
    public record Gradients(float loss, List<NDArray> gradients) {}

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return call("loss", labels, predictions).get(0);
    }

    /** Computes the loss and its gradients; a gradient collector must be open. */
    public Gradients gradients(NDList labels, NDList predictions) {
        NDList results = call("gradients", labels, predictions);
        return new Gradients(results.get(0).getFloat(), results.subList(1, results.size()));
    }

    /** Returns the labels that count: what a teacher says stands after those of the data. */
    private List<NDArray> learned(NDList labels, int columns) {
        int others = labels.size() - (weighted ? 1 : 0);
        int count = vectors ? columns : Math.min(1, others);
        return labels.subList(labels.size() - count, labels.size());
    }

    private NDList call(String method, NDList labels, NDList predictions) {
        List<NDArray> learned = learned(labels, predictions.size());
        NDManager manager = predictions.get(0).getManager();
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            return Program.call(method, manager)
                    .tensors(predictions)
                    .tensors(learned.isEmpty() ? List.of(scope.create(new Shape(0))) : learned)
                    .tensor(weights(weighted, labels, scope))
                    .tensor(scope.create(settings))
                    .run();
        }
    }

    /** Returns the weights among labels; none if all pairs count the same. */
    static NDArray weights(boolean weighted, NDList labels, NDManager scope) {
        return weighted ? labels.get(0) : scope.create(new Shape(0));
    }

    /**
     * Makes a number whose gradients with respect to embeddings are given.
     *
     * @param embeddings of shape (m, d)
     * @param gradients of shape (B, d)
     * @param start the row of the gradients that belongs to the first embedding
     */
    public static NDArray weighted(NDArray embeddings, NDArray gradients, int start) {
        NDManager manager = embeddings.getManager();
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            return Program.call("weighted", manager)
                    .tensor(embeddings)
                    .tensor(gradients)
                    .tensor(scope.create(start))
                    .run()
                    .get(0);
        }
    }

    /** The TorchScript program, loaded on first use. */
    static final class Program {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "djladapters.embedding.EmbeddingLoss",
                        NativeKernel.source(EmbeddingLoss.class, "embedding.py"),
                        Map.of());

        static NativeCall call(String method, NDManager manager) {
            return KERNEL.call(method, manager);
        }
    }
}
