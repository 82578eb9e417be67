/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;

/**
 * What a ready-made model does whose inputs may have several classes at once: each class has a
 * probability of its own, the sigmoid of its logit. There are predictions of it, and neither
 * training nor measurements.
 *
 * @param classes the classes, and how inputs are made
 */
public record MultiLabelTask(LabelTask classes) implements Task {

    @Override
    public TaskKind kind() {
        return TaskKind.CLASSIFICATION;
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return LabelTranslators.ofSeveral(classes, inputs);
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return classes.outputLabels();
    }

    /** That of classes: DJL's translator reads the kind of problem from {@code config.json}. */
    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return classes.serving(directory, inputNames);
    }

    @Override
    public Map<String, ?> options() {
        return classes.options();
    }

    @Override
    public BatchedDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations) {
        throw refused(data);
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize) {
        throw refused(data);
    }

    @Override
    public Loss loss() {
        return classes.loss();
    }

    private static IllegalArgumentException refused(LabelledData data) {
        return new IllegalArgumentException(
                ("The model gives every input several classes at once"
                                + " (multi_label_classification in config.json), and '%s' has one"
                                + " label for each; predict with the model instead")
                        .formatted(data.source()));
    }
}
