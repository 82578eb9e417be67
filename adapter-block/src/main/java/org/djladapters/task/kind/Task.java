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
import com.google.gson.JsonObject;
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
 * A task that a model learns: its batches, its loss, its measurements, and its record beside an
 * adapter.
 */
public interface Task {

    /** Returns the kind of task. */
    TaskKind kind();

    /**
     * Makes batches for a model.
     *
     * @throws IllegalArgumentException if the data do not fit the model or the task
     */
    BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException;

    /**
     * Returns the loss of a batch's labels and the arrays that {@link #backward} finds among the
     * outputs.
     */
    Loss loss();

    /**
     * Computes the loss of a batch and the gradients of the parameters; no gradients if the loss is
     * not finite. By default one pass of the model, whose logits the loss compares with the labels.
     */
    default float backward(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch);
    }

    /**
     * Prepares the batches of an epoch that begins.
     *
     * @param model the model as it is now
     * @param dataset what {@link #dataset} made of the training data
     */
    default void beginEpoch(AdaptedModel model, BatchedDataset dataset) throws IOException {}

    /**
     * Returns the weight of all terms in the mean that is the loss of a batch: the number of
     * examples or tokens, or the sum of their weights. With these weights, a step of several
     * batches equals that of one batch with all their examples.
     */
    default double weight(Batch batch) {
        return batch.getSize();
    }

    /**
     * Returns data as those of a task.
     *
     * @param refusal the message for other data, with %s for their source
     */
    static <D extends LabelledData> D require(Class<D> type, LabelledData data, String refusal) {
        if (type.isInstance(data)) {
            return type.cast(data);
        }
        throw new IllegalArgumentException(refusal.formatted(data.source()));
    }

    /** Computes loss and gradients in one pass of the model. */
    static float singlePass(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch, outputs -> new NDList(ModelOutputs.logits(outputs)));
    }

    /**
     * Computes loss and gradients in one pass of the model.
     *
     * @param logits finds the predictions for the loss among the model's outputs
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

    /** Sets the bias of a new head to values that save the first steps of training. */
    default void initialize(Parameter bias, LabelledData train) {}

    /** Tells whether a head is trained with the adapter. */
    default boolean trainsHead() {
        return true;
    }

    /** Returns the entries of the task in the record of a run, in an order that never changes. */
    Map<String, ?> options();

    /**
     * Returns the names of the model's outputs in their order, none if the single output is a
     * number; empty if the outputs have no names, as those of embeddings and language models.
     */
    default Optional<List<String>> outputLabels() {
        return Optional.empty();
    }

    /** Returns the translators of this task. */
    default List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of();
    }

    /**
     * Returns the settings of DJL's own translators for a model that was merged for this task;
     * empty if those of the base model fit.
     */
    default Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return Optional.empty();
    }

    /** Returns the function from logits to scores; empty if the outputs are no scores. */
    default Optional<ScoreActivation> scoreActivation() {
        return Optional.empty();
    }

    /** Changes the configuration of a merged model so that it tells of this task. */
    default void describe(JsonObject config) {
        ScoreActivation.write(config, scoreActivation());
    }

    /** Tells the user of properties of a run's data that may surprise. */
    default void remark(TaskOptions run) throws IOException {}

    /**
     * Returns the entries that the data which epochs were measured on give the record of a run,
     * when it is done.
     *
     * @param model the model with what was learned
     */
    default Map<String, ?> measured(AdaptedModel model, LabelledData dev, int batchSize)
            throws IOException {
        return Map.of();
    }

    /** A measurement that can be repeated. */
    @FunctionalInterface
    interface Measure {

        /**
         * Measures the model and reports progress and predictions.
         *
         * @throws ArithmeticException if the model's outputs are not finite
         */
        Map<String, Double> metrics(EvaluationListener listener) throws IOException;

        /** Measures the model without a listener. */
        default Map<String, Double> metrics() throws IOException {
            return metrics(new EvaluationListener() {});
        }
    }
}
