/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.TaskOptions;

/**
 * What a model is to learn: how examples become batches, what the loss of a batch is, how a model
 * is measured, and what of this is kept with an adapter.
 */
public interface Task {

    /** The kind of task, which tells its metrics. */
    TaskKind kind();

    /**
     * Makes batches for a model.
     *
     * @throws IllegalArgumentException if the data do not fit the model or what is learned
     */
    BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException;

    /** The loss, given a batch's labels and what {@link #backward} makes of the outputs. */
    Loss loss();

    /**
     * Computes the loss of a batch and the gradients of the parameters; no gradients if the loss is
     * not finite. As a rule that is one pass of the model, whose logits the loss compares with the
     * labels.
     *
     * @param trainer a trainer of the model with the loss of this task
     * @param batch the batch, which the caller closes
     * @return the loss
     */
    default float backward(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch);
    }

    /**
     * Counts what the loss of a batch is the mean of: examples, or tokens. A step of several
     * batches is that of one batch with all their examples if each has this as its weight.
     */
    default long weight(Batch batch) {
        return batch.getSize();
    }

    /** Computes loss and gradients in one pass of the model. */
    static float singlePass(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch, outputs -> new NDList(ModelOutputs.logits(outputs)));
    }

    /**
     * Computes loss and gradients in one pass of the model.
     *
     * @param logits finds what the loss takes among the model's outputs
     */
    static float singlePass(Trainer trainer, Batch batch, UnaryOperator<NDList> logits) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList outputs = trainer.forward(batch.getData());
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), logits.apply(outputs));
            float value = loss.getFloat();
            if (Float.isFinite(value)) {
                collector.backward(loss);
            }
            return value;
        }
    }

    /**
     * Prepares measuring a model, as it is at the time of each measurement.
     *
     * @throws IllegalArgumentException as {@link #dataset}
     */
    Measure measure(AdaptedModel model, LabelledData data, int batchSize) throws IOException;

    /**
     * Gives a new head values that spare it the first steps of training.
     *
     * @param bias what the head adds to its outputs
     */
    default void initialize(Parameter bias, LabelledData train) {}

    /** Whether a head is trained with the adapter. */
    default boolean trainsHead() {
        return true;
    }

    /** What the record of a run keeps of the task, in an order that never changes. */
    Map<String, ?> options();

    /**
     * The names of the model's outputs in their order, none if the single output is a number; empty
     * if the outputs have no names, as those of embeddings and language models.
     */
    default Optional<List<String>> outputLabels() {
        return Optional.empty();
    }

    /** The translators that there are for this task, from its own types to its own. */
    default List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of();
    }

    /**
     * What DJL's own translators are told of a model that was merged for this task, empty for what
     * they are told of the base model.
     *
     * @param inputNames the model's inputs in their order
     */
    default Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return Optional.empty();
    }

    /** What makes scores of the model's logits, empty if its outputs are no scores. */
    default Optional<ScoreActivation> scoreActivation() {
        return Optional.empty();
    }

    /** Tells the user what of a run's data may not be as the user thinks. */
    default void remark(TaskOptions run) throws IOException {}

    /** What the record of a run keeps of the data that epochs were measured on. */
    default Map<String, ?> measured(LabelledData dev) {
        return Map.of();
    }

    /** A measurement that can be repeated. */
    @FunctionalInterface
    interface Measure {

        /**
         * Measures the model and tells how far that is and what it predicted, where the task knows.
         *
         * @param listener follows the measurement
         * @return the metrics by name
         * @throws ArithmeticException if the model's outputs are not finite
         */
        Map<String, Double> metrics(EvaluationListener listener) throws IOException;

        /** Measures the model without being followed. */
        default Map<String, Double> metrics() throws IOException {
            return metrics(new EvaluationListener() {});
        }
    }
}
