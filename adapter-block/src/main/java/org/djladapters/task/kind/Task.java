/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;

/**
 * What a model is to learn: how examples become batches, what the loss of a batch is, how a model
 * is measured, and what of this is kept with an adapter.
 */
public sealed interface Task permits LabelTask, CausalLmTask {

    /** The kind of task, which tells its metrics. */
    TaskKind kind();

    /**
     * Makes batches for a model.
     *
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @param augmentations change the images of shuffled batches
     * @throws IllegalArgumentException if the data do not fit the model or what is learned
     */
    BatchedDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations)
            throws IOException;

    /** The loss, given a batch's labels and the model's logits. */
    Loss loss();

    /**
     * Prepares measuring a model, as it is at the time of each measurement.
     *
     * @throws IllegalArgumentException as {@link #dataset}
     */
    Measure measure(AdaptedModel model, LabelledData data, int batchSize) throws IOException;

    /** Gives a new adapter values that spare it the first steps of training. */
    default void initialize(Adapter adapter, LabelledData train) {}

    /** The options that {@link #of} needs, for the run's record. */
    Map<String, ?> options();

    /** The texts that {@link #of} needs, by the names of their files in an adapter directory. */
    Map<String, String> files();

    /** A measurement that can be repeated. */
    interface Measure {

        /**
         * Measures the model.
         *
         * @return the metrics by name
         * @throws ArithmeticException if the model's outputs are not finite
         */
        Map<String, Double> metrics() throws IOException;
    }

    /**
     * Finds out what an adapter of a model has learned. An adapter without labels, which may come
     * from elsewhere, is one of a language model if the data are prompts.
     *
     * @param source where the adapter is from, for messages
     * @throws IOException if a text of the adapter is malformed or does not fit the model, or
     *     nothing tells what the labels of the data mean to it
     */
    static Task of(AdaptedModel model, Adapter adapter, Path source, LabelledData data)
            throws IOException {
        boolean named = OutputLabels.areGivenBy(adapter);
        Map<String, String> options = LabelTask.recorded(adapter);
        boolean responses =
                TaskKind.CAUSAL_LM.name().equals(options.get(LabelTask.KIND))
                        || data instanceof PromptData;
        if (!named && responses) {
            return CausalLmTask.of(
                    LabelTask.directory(model), LabelTask.number(options, LabelTask.MAX_LENGTH));
        }
        Optional<LabelTask> task = LabelTask.of(model, adapter);
        if (task.isEmpty()) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which names the classes of the"
                                    + " adapter's task; give the output of a fine-tuning run")
                            .formatted(source, AdapterDirectory.LABELS));
        }
        if (!named) {
            requireKnown(task.get().labels(), source, data);
        }
        return task.get();
    }

    /** Refuses data for outputs that have only the names which the model gives them. */
    private static void requireKnown(LabelSpace labels, Path source, LabelledData data)
            throws IOException {
        try {
            labels.encode(data);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which names the classes of the adapter's"
                                    + " task, and the model names no outputs that fit: %s")
                            .formatted(source, AdapterDirectory.LABELS, e.getMessage()),
                    e);
        }
    }
}
