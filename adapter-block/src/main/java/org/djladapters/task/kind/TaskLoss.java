/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.djladapters.data.AnswerDataset;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TokenDataset;

/** The losses of logits. Each is a mean, a function of labels and predictions. */
public final class TaskLoss extends Loss {

    private final BiFunction<NDList, NDList, NDArray> function;

    private TaskLoss(String name, BiFunction<NDList, NDList, NDArray> function) {
        super(name);
        this.function = function;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return function.apply(labels, predictions);
    }

    /**
     * Returns the mean of (y - z)&sup2; for labels y and predictions z of as many numbers.
     *
     * <p>DJL's own multiplies by a weight that the garbage collector may take before the gradient
     * is computed.
     */
    public static Loss squaredError() {
        return new TaskLoss(
                "mean squared error",
                (labels, predictions) -> {
                    NDArray predicted = predictions.singletonOrThrow();
                    NDArray expected = labels.singletonOrThrow().reshape(predicted.getShape());
                    return expected.sub(predicted).square().mean();
                });
    }

    /**
     * Returns the mean of log(1 + exp(z)) - y z for labels y between 0 and 1 and logits z of as
     * many numbers, which is \(-y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))\).
     */
    public static Loss binaryCrossEntropy() {
        return new TaskLoss(
                "binary cross entropy",
                (labels, predictions) -> {
                    NDArray logits = predictions.singletonOrThrow();
                    NDArray relevance = labels.singletonOrThrow().reshape(logits.getShape());
                    return Activation.softPlus(logits).sub(relevance.mul(logits)).mean();
                });
    }

    /**
     * Returns {@link #binaryCrossEntropy()} with the terms of labels multiplied by weights: the
     * mean of \(-w_c y \log \sigma(z) - (1 - y) \log(1 - \sigma(z))\) for the weight w<sub>c</sub>
     * of each class, of shape (B, classes).
     *
     * @see <a
     *     href="https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html">
     *     BCEWithLogitsLoss with pos_weight</a>
     */
    public static Loss binaryCrossEntropy(List<Double> weights) {
        return new TaskLoss(
                "weighted binary cross entropy",
                (labels, predictions) -> {
                    NDArray logits = predictions.singletonOrThrow();
                    NDArray classes = labels.singletonOrThrow();
                    NDArray weighted = classes.mul(array(weights, classes));
                    NDArray others = classes.neg().add(1);
                    return weighted.mul(Activation.softPlus(logits.neg()))
                            .add(others.mul(Activation.softPlus(logits)))
                            .mean();
                });
    }

    /**
     * Returns the weighted mean of cross entropies with smoothed labels: \(\frac1{\sum_i w_{t_i}}
     * \sum_i \sum_c w_c q_{ic} (-\log \mathrm{softmax}(z_i)_c)\), where q is 1 - s at the right
     * class t, and s / K is added at each of the K classes.
     *
     * @param weights of the classes; empty if all are 1
     * @param smoothing s, at least 0 and less than 1
     * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">
     *     CrossEntropyLoss with weight and label_smoothing</a>
     */
    public static Loss ofWeightedClasses(List<Double> weights, double smoothing) {
        return new TaskLoss(
                "weighted cross entropy",
                (labels, predictions) -> {
                    NDArray logits = predictions.singletonOrThrow();
                    long[] right = labels.singletonOrThrow().toLongArray();
                    int classes = (int) logits.getShape().get(1);
                    double sum = LongStream.of(right).mapToDouble(c -> weight(weights, c)).sum();
                    float[] factors = new float[right.length * classes];
                    for (int i = 0; i < factors.length; i++) {
                        int c = i % classes;
                        double share =
                                smoothing / classes + (c == right[i / classes] ? 1 - smoothing : 0);
                        factors[i] = (float) (-share * weight(weights, c) / sum);
                    }
                    // owned by the batch, so that it outlives the backward pass
                    NDManager batch = labels.singletonOrThrow().getManager();
                    return logits.logSoftmax(1).mul(batch.create(factors, logits.getShape())).sum();
                });
    }

    private static double weight(List<Double> weights, long label) {
        return weights.isEmpty() ? 1 : weights.get((int) label);
    }

    /** Creates an array that is owned by the batch, so that it outlives the backward pass. */
    private static NDArray array(List<Double> values, NDArray labels) {
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i).floatValue();
        }
        return labels.getManager().create(numbers);
    }

    /**
     * Returns the mean cross entropy at some places of the sequences: \(-\frac1N \sum_i \log
     * \mathrm{softmax}(z_i)_{t_i}\) with the logits z at N places and the right classes t there.
     * For a language model a class is the next token of the response, for tags that of a word.
     *
     * <p>Labels are those of a {@link PromptDataset} or a {@link TokenDataset}, the prediction is
     * float32 of shape (B, T, classes).
     */
    public static Loss ofTokens() {
        return new TaskLoss(
                "cross entropy of tokens",
                (labels, predictions) ->
                        ofEachToken(labels, predictions.singletonOrThrow()).mean());
    }

    /** Returns the number of places N, which differs from batch to batch. */
    public static long places(NDList labels) {
        return labels.get(0).size();
    }

    /** Computes the cross entropy at every place, of shape (N). */
    public static NDArray ofEachToken(NDList labels, NDArray logits) {
        return ofClasses(rows(logits, labels.get(0)), labels.get(1)).neg().squeeze(1);
    }

    /**
     * Returns the logits at some places.
     *
     * @param logits of shape (B, T, classes)
     * @param places int64 of shape (N), counted through the rows of the batch
     * @return logits of shape (N, classes)
     */
    public static NDArray rows(NDArray logits, NDArray places) {
        return logits.reshape(-1, logits.getShape().get(2)).get(places);
    }

    /**
     * Returns the mean of two cross entropies over places: \(-\frac1{2B} \sum_i (\log
     * \mathrm{softmax}(s_i)_{a_i} + \log \mathrm{softmax}(e_i)_{b_i})\) with the logits s, e of the
     * first and the last token of an answer, and their places a, b.
     *
     * <p>Labels are those of an {@link AnswerDataset}; predictions are s and e, float32 of shape
     * (B, T).
     */
    public static Loss ofSpans() {
        return new TaskLoss(
                "answer cross entropy",
                (labels, predictions) -> {
                    NDArray shut = labels.get(2);
                    NDArray starts = ofClasses(predictions.get(0).add(shut), labels.get(0));
                    NDArray ends = ofClasses(predictions.get(1).add(shut), labels.get(1));
                    return NDArrays.concat(new NDList(starts, ends)).mean().neg();
                });
    }

    /** Computes the logarithms of the probabilities of one class in each row. */
    private static NDArray ofClasses(NDArray logits, NDArray classes) {
        return logits.logSoftmax(1).gather(classes.expandDims(1), 1);
    }
}
