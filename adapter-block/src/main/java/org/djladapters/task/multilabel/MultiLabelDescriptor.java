/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import ai.djl.Application;
import ai.djl.modality.Classifications;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.LabelDescriptor;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Predicting any number of classes. */
@Internal
public final class MultiLabelDescriptor extends TaskDescriptor {

    public MultiLabelDescriptor() {
        super(
                TaskKind.MULTI_LABEL_CLASSIFICATION,
                Application.NLP.TEXT_CLASSIFICATION,
                MultiLabelMetrics.NAMES,
                TaskOption.NEW_HEAD,
                TaskOption.POOLING,
                TaskOption.PAIR_ENCODING,
                TaskOption.CLASS_WEIGHTS,
                TaskOption.THRESHOLDS);
    }

    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return Optional.of(
                TextResult.ofTop(pairs, ChosenClasses.class, MultiLabelDescriptor::nameClasses));
    }

    private static void nameClasses(ChosenClasses result, int topK, JsonObject named) {
        JsonArray labels = new JsonArray();
        result.chosen().forEach(labels::add);
        named.add("labels", labels);
        JsonObject probabilities = new JsonObject();
        result.chosen().forEach(label -> add(result.get(label), probabilities));
        named.add("probabilities", probabilities);
        if (topK > 0) {
            JsonObject top = new JsonObject();
            int most = Math.min(topK, result.getClassNames().size());
            result.<Classifications.Classification>topK(most).forEach(item -> add(item, top));
            named.add("top", top);
        }
    }

    private static void add(Classifications.Classification item, JsonObject named) {
        named.addProperty(item.getClassName(), (float) item.getProbability());
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        LabelSpace labels = LabelSpace.of(run.train(), kind());
        metric(run.metric()); // refuses an unknown one before the model runs
        return LabelDescriptor.prepare(
                run, labels, texts -> MultiLabelTask.of(texts, run.thresholds()));
    }

    @Override
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        Optional<LabelTask> texts = LabelTask.of(model, adapter);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        int classes = texts.get().labels().outputs();
        return Optional.of(MultiLabelTask.of(texts.get(), ClassThresholds.read(options, classes)));
    }

    /**
     * Recognizes an adapter without a head of its own, for a model that has such a head, and a
     * classifier of PEFT that says so.
     */
    @Override
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        if (OutputLabels.giveSeveral(model, adapter)) {
            return recorded(model, adapter, options);
        }
        return adapter.headConfig().isEmpty() && !OutputLabels.areGivenBy(adapter)
                ? ofOwnHead(model)
                : Optional.empty();
    }

    @Override
    public Optional<Task> ofOwnHead(AdaptedModel model) throws IOException {
        Optional<List<String>> labels = OwnHead.severalLabels(model);
        return labels.isEmpty()
                ? Optional.empty()
                : Optional.of(served(TaskInputs.directory(model), labels.get()));
    }

    @Override
    public Optional<Task> ofLabels(ModelDirectory directory, List<String> labels)
            throws IOException {
        return OwnHead.givesSeveral(directory)
                ? Optional.of(served(directory, labels))
                : Optional.empty();
    }

    private static Task served(ModelDirectory directory, List<String> labels) throws IOException {
        return MultiLabelTask.of(
                LabelTask.ofServed(directory, labels),
                ClassThresholds.read(directory, labels.size()));
    }
}
