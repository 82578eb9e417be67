/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.CombinedLabels;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.classification.LabelTranslators;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.TaskOptions;
import org.djladapters.task.option.Thresholds;

/**
 * The prediction of any number of classes: the probability of a class is the sigmoid of its logit.
 *
 * @param texts the inputs, the classes and their weights in the loss
 * @param thresholds the probability from which a text has a class, for every class
 * @param tunes whether the thresholds are found on development data in the place of these
 */
record MultiLabelTask(LabelTask texts, List<Double> thresholds, boolean tunes) implements Task {

    /** Describes a run. */
    static MultiLabelTask of(LabelTask texts, Thresholds asked) {
        return new MultiLabelTask(
                texts,
                ClassThresholds.all(asked.value(), texts.labels().outputs()),
                asked.isTuned());
    }

    /** Describes a model that was trained already. */
    static MultiLabelTask of(LabelTask texts, List<Double> thresholds) {
        LabelSpace labels =
                new LabelSpace(TaskKind.MULTI_LABEL_CLASSIFICATION, texts.labels().labels());
        return new MultiLabelTask(texts.withLabels(labels), thresholds, false);
    }

    @Override
    public TaskKind kind() {
        return TaskKind.MULTI_LABEL_CLASSIFICATION;
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>(texts.options());
        Thresholds asked = tunes ? Thresholds.TUNED : Thresholds.of(thresholds.get(0));
        if (!asked.equals(Thresholds.HALF)) {
            options.put(ClassThresholds.ASKED, asked);
        }
        return options;
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return texts.outputLabels();
    }

    @Override
    public Loss loss() {
        return texts.classLoss().ofSeveral();
    }

    @Override
    public void remark(TaskOptions run) {
        CombinedLabels.warning(texts.labels(), run.train().source()).ifPresent(run::warn);
    }

    @Override
    public BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        return texts.dataset(model, data, batching);
    }

    @Override
    public MultiLabelMeasure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        BatchedDataset dataset = dataset(model, data, Batching.inOrder(batchSize));
        return new MultiLabelMeasure(model, this, data, dataset);
    }

    @Override
    public Map<String, ?> measured(AdaptedModel model, LabelledData dev, int batchSize)
            throws IOException {
        return tunes
                ? Map.of(
                        ClassThresholds.FOUND,
                        ClassThresholds.text(measure(model, dev, batchSize).thresholds()))
                : Map.of();
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return Stream.of(Classifications.class, ChosenClasses.class)
                .flatMap(
                        result ->
                                LabelTranslators.of(texts, inputs, result, this::results).stream())
                .toList();
    }

    private List<Object> results(NDArray logits) {
        float[] probabilities = Activation.sigmoid(logits).toFloatArray();
        List<String> classes = texts.labels().labels();
        List<Object> results = new ArrayList<>();
        for (int start = 0; start < probabilities.length; start += classes.size()) {
            int first = start;
            List<Double> row =
                    IntStream.range(0, classes.size())
                            .mapToObj(k -> (double) probabilities[first + k])
                            .toList();
            List<String> chosen =
                    IntStream.range(0, classes.size())
                            .filter(k -> row.get(k) >= thresholds.get(k))
                            .mapToObj(classes::get)
                            .toList();
            results.add(new ChosenClasses(classes, row, chosen));
        }
        return results;
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return texts.serving(directory, inputNames);
    }

    @Override
    public void describe(JsonObject config) {
        Task.super.describe(config);
        OwnHead.describeSeveral(config);
        ClassThresholds.write(thresholds, config);
    }
}
