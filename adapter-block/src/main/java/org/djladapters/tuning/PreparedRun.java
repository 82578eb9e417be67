/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.training.Trainer;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.io.Internal;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.metric.EvaluationListener;

/**
 * A run of a {@link FineTuner} whose model, data and options were found to fit each other, before
 * anything is trained: its record, and what a measurement of training needs.
 */
@Internal
public final class PreparedRun {

    private final FineTuningOptions options;
    private final Task task;
    private final TaskHead head;
    private final boolean startCounts;
    private final TrainingPlan plan;
    private final Provenance provenance;

    /**
     * Describes a run.
     *
     * @param task what is learned
     * @param head what gives the logits
     * @param startCounts whether the model does the task before it is trained
     * @param plan how it trains
     * @param provenance its record, without results
     */
    PreparedRun(
            FineTuningOptions options,
            Task task,
            TaskHead head,
            boolean startCounts,
            TrainingPlan plan,
            Provenance provenance) {
        this.options = options;
        this.task = task;
        this.head = head;
        this.startCounts = startCounts;
        this.plan = plan;
        this.provenance = provenance;
    }

    Task task() {
        return task;
    }

    TaskHead head() {
        return head;
    }

    /** Tells whether epoch 0, the model before training, is measured and may be the best. */
    boolean startCounts() {
        return startCounts;
    }

    TrainingPlan plan() {
        return plan;
    }

    /**
     * Returns the record of the run, without results. {@link Provenance#run} tells runs apart.
     *
     * @return the record
     */
    public Provenance provenance() {
        return provenance;
    }

    /**
     * Returns whether the run trains a head.
     *
     * @return false for tasks that need none, as embeddings and language models
     */
    public boolean trainsHead() {
        return task.trainsHead();
    }

    /**
     * Returns the learning rate of the adapter.
     *
     * @return the one that was chosen, or the default of the method for the model
     */
    public float learningRate() {
        return plan.learningRate();
    }

    /**
     * Returns the learning rate of the head.
     *
     * @return the one that was chosen, or the default
     */
    public float headLearningRate() {
        return plan.headLearningRate();
    }

    /**
     * Measures the model as it is, with the adapters that are active, for the task of the run.
     *
     * @param data what it is measured on
     * @param listener follows the measurement
     * @return the metrics by name
     * @throws IOException if the tokenizer can't be read
     */
    public Map<String, Double> measure(LabelledData data, EvaluationListener listener)
            throws IOException {
        return task.measure(options.model(), data, options.evaluationBatchSize()).metrics(listener);
    }

    /**
     * Returns the batches that the run trains with.
     *
     * @return the training data, in the order that the seed decides
     * @throws IOException if the tokenizer can't be read
     */
    public BatchedDataset batches() throws IOException {
        return task.dataset(
                options.model(),
                options.train(),
                options.batchSize(),
                OptionalLong.of(options.seed()),
                options.augmentations().toArray(new Augmentation[0]));
    }

    /**
     * Adds an adapter to the model, with the head of the run's task.
     *
     * @param name a name that no adapter of the model has
     * @param config a method, its options and targets
     * @return the adapter
     */
    public Adapter addAdapter(String name, AdapterConfig config) {
        return head.addTo(options.model(), name, config);
    }

    /**
     * Creates a trainer with the loss of the run's task.
     *
     * @return the trainer, which the caller closes
     */
    public Trainer newTrainer() {
        return TrainingStep.newTrainer(options.model(), task.loss());
    }
}
