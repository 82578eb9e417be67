/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;
import org.djladapters.model.pass.ModelOutputs;

/**
 * The head that gives the logits of a task: a new one on a model of features, or the model's own.
 *
 * @param config the new head; null if the model's own one is trained
 * @param modules the outermost modules of the model's own head; empty for a new one
 * @param started the layer of the model's own head that starts new, with the outputs that it gets;
 *     empty if the head is trained on as it is
 */
public record TaskHead(HeadConfig config, List<String> modules, Optional<OutputLayer> started) {

    /** No head: the model's own outputs are those of the task. */
    public static final TaskHead NONE = own(List.of());

    public static final String START_LOGITS = "start_logits";
    public static final String END_LOGITS = "end_logits";

    private static final String HIDDEN = "last_hidden_state";

    /**
     * Chooses the head of a model by a pass over a small input.
     *
     * @param size the side of images; ignored for text
     * @param isNew whether the model's own head starts new, with as many outputs as the labels need
     * @throws IllegalArgumentException if the model's own head has another number of outputs and
     *     does not start new, or the model gives nothing that a head could use
     */
    public static TaskHead choose(
            AdaptedModel model,
            int size,
            HeadConfig.Pooling pooling,
            HeadConfig.PairEncoding pairs,
            LabelSpace labels,
            boolean isNew) {
        HeadConfig added = new HeadConfig(labels.outputs(), pooling, pairs);
        return choose(
                model,
                size,
                added,
                "the logits of a classifier",
                outputs -> {
                    Shape logits = ModelOutputs.logits(outputs).getShape();
                    List<String> modules = headModules(model);
                    if (has(HIDDEN, outputs) || logits.dimension() != 2 || modules.isEmpty()) {
                        return Optional.empty();
                    }
                    String needed =
                            labels.kind() == TaskKind.REGRESSION
                                    ? "a number"
                                    : "one for each label";
                    return own(model, modules, logits.get(1), labels.outputs(), needed, isNew);
                });
    }

    /**
     * Chooses the head that tags words by a pass over a small input: the model's own if it gives
     * logits for every token, or else a new one.
     *
     * @param isNew whether the model's own head starts new, with as many outputs as there are tags
     * @throws IllegalArgumentException if the model's own head has another number of outputs and
     *     does not start new, or the model gives nothing that a head could use
     */
    public static TaskHead ofTokens(AdaptedModel model, List<String> tags, boolean isNew) {
        return choose(
                model,
                0,
                new HeadConfig(tags.size(), HeadConfig.Pooling.NONE),
                "logits for every token",
                outputs -> {
                    Shape logits = ModelOutputs.logits(outputs).getShape();
                    List<String> modules = headModules(model);
                    if (has(HIDDEN, outputs) || logits.dimension() != 3 || modules.isEmpty()) {
                        return Optional.empty();
                    }
                    String needed = String.join(", ", tags);
                    return own(model, modules, logits.get(2), tags.size(), needed, isNew);
                });
    }

    /**
     * Chooses the head that finds answers by a pass over a small input: the model's own if it gives
     * logits of starts and ends, or else a new one.
     *
     * @throws IllegalArgumentException if the model gives nothing that a head could use
     */
    public static TaskHead ofSpans(AdaptedModel model, boolean isNew) {
        return choose(
                model,
                0,
                new HeadConfig(2, HeadConfig.Pooling.SPAN),
                "logits of starts and ends",
                outputs ->
                        has(START_LOGITS, outputs) && has(END_LOGITS, outputs)
                                ? own(model, headModules(model), 2, 2, "starts and ends", isNew)
                                : Optional.empty());
    }

    /**
     * Chooses a head by the outputs for a small input.
     *
     * @param added the head that is added to a model of features
     * @param logits a description of the logits of a fitting head
     * @param own finds the model's own head
     */
    private static TaskHead choose(
            AdaptedModel model,
            int size,
            HeadConfig added,
            String logits,
            Function<NDList, Optional<TaskHead>> own) {
        return ofSmallInput(
                model,
                size,
                (inputs, outputs) -> {
                    Optional<TaskHead> found = own.apply(outputs);
                    if (found.isPresent()) {
                        return found.get();
                    }
                    Shape shape = ModelOutputs.logits(outputs).getShape();
                    if (!has(HIDDEN, outputs)
                            && (has(ModelOutputs.LOGITS, outputs) || shape.dimension() != 3)) {
                        throw new IllegalArgumentException(
                                ("The model returns an array of shape %s, neither hidden states nor"
                                                + " %s; export it with the task feature-extraction")
                                        .formatted(shape, logits));
                    }
                    requirePositions(added, hidden(outputs).getShape());
                    return new TaskHead(added, List.of(), Optional.empty());
                });
    }

    /** Refuses a head that pools positions where the features lie in another order. */
    private static void requirePositions(HeadConfig head, Shape hidden) {
        if (hidden.dimension() != 3 && head.pooling() != HeadConfig.Pooling.POOLER) {
            throw new IllegalArgumentException(
                    ("The model gives features of shape %s, which have no positions for the pooling"
                                    + " %s; leave the pooling out")
                            .formatted(hidden, head.pooling()));
        }
    }

    /** Runs the model without adapters on a small input, and reads inputs and outputs. */
    public static <T> T ofSmallInput(
            AdaptedModel model, int size, BiFunction<NDList, NDList, T> reader) {
        AdaptedModel.Scope baseOnly = model.disable();
        try (baseOnly;
                NDManager scope = model.model().getNDManager().newSubManager()) {
            NDList inputs = smallInput(model, size, scope);
            return reader.apply(inputs, model.predict(inputs));
        }
    }

    private static boolean has(String name, NDList outputs) {
        return outputs.get(name) != null;
    }

    /**
     * Tells whether a model does its task before it is trained: it needs no head, or its own head
     * predicts the same labels.
     *
     * @param labels the names of the outputs that the task needs, none for a number or places
     */
    public boolean isTrained(List<String> labels, ModelDirectory directory) throws IOException {
        return config == null
                && started.isEmpty()
                && (labels.isEmpty() || directory.labels().equals(labels));
    }

    /** Finds the hidden states among a model's outputs: those of that name, or else the first. */
    public static NDArray hidden(NDList outputs) {
        return ModelOutputs.named(HIDDEN, outputs);
    }

    /** Returns an input of one row that is small and fits any model. */
    public static NDList smallInput(AdaptedModel model, int size, NDManager scope) {
        return smallInput(model.inputNames(), size, scope);
    }

    /** Returns a small input for a model with inputs of these names. */
    public static NDList smallInput(List<String> names, int size, NDManager scope) {
        NDList inputs = new NDList();
        for (String name : names) {
            inputs.add(
                    switch (name) {
                        case "pixel_values" -> scope.zeros(new Shape(1, 3, size, size));
                        case "token_type_ids" -> scope.create(new long[1][4]);
                        default -> scope.create(new long[][] {{1, 1, 1, 1}});
                    });
        }
        return inputs;
    }

    private static List<String> headModules(AdaptedModel model) {
        return model.targetModules().stream()
                .filter(TargetModule::isHead)
                .map(module -> module.path().replaceFirst("\\..*", ""))
                .distinct()
                .toList();
    }

    /** Returns the model's own head as it is. */
    private static TaskHead own(List<String> modules) {
        return new TaskHead(null, modules, Optional.empty());
    }

    /**
     * Returns the model's own head, which has the outputs that are needed or starts new with them.
     *
     * @param outputs the number of outputs that it has
     * @param needed the number that it needs
     * @param what describes those that it needs
     */
    private static Optional<TaskHead> own(
            AdaptedModel model,
            List<String> modules,
            long outputs,
            int needed,
            String what,
            boolean isNew) {
        if (isNew) {
            OutputLayer layer =
                    OutputLayer.of(model)
                            .filter(last -> last.isResizable() && last.outputs() == outputs)
                            .orElseThrow(() -> cannotStart(modules));
            return Optional.of(new TaskHead(null, modules, Optional.of(layer.withOutputs(needed))));
        }
        if (outputs != needed) {
            throw new IllegalArgumentException(
                    ("The model's own head (%s) has %d outputs, but the training data needs %d"
                                    + " (%s); start the head new (--new-head, optNewHead), or use a"
                                    + " model exported for feature-extraction, which always gets a"
                                    + " new one")
                            .formatted(String.join(", ", modules), outputs, needed, what));
        }
        return Optional.of(own(modules));
    }

    private static IllegalArgumentException cannotStart(List<String> modules) {
        return new IllegalArgumentException(
                ("The model's own head (%s) can't start new, since its outputs are not those of a"
                                + " linear layer for a task; use a model exported for"
                                + " feature-extraction, which always gets a new one")
                        .formatted(String.join(", ", modules)));
    }

    /** Adds an adapter to a model, with this head. */
    public Adapter addTo(AdaptedModel model, String name, AdapterConfig adapter) {
        AdapterConfig used = configure(adapter);
        return model.registry()
                .add(
                        name,
                        used,
                        config,
                        used::newAdapters,
                        made -> started.ifPresent(layer -> layer.startIn(made)));
    }

    /** Returns the bias of a head that is new; empty for a trained head. */
    public Optional<Parameter> newBias(Adapter adapter) {
        return config == null
                ? started.flatMap(layer -> layer.bias(adapter))
                : Optional.of(adapter.parameters().get("head.bias"));
    }

    /**
     * Puts labels into the order of the head's outputs: that in which the model's configuration
     * names the outputs of its own head, if it does so.
     */
    public LabelSpace order(LabelSpace labels, ModelDirectory directory, Consumer<String> note)
            throws IOException {
        if (config != null || started.isPresent()) {
            return labels;
        }
        List<String> names = directory.labels();
        if (labels.kind() == TaskKind.REGRESSION || names.equals(labels.labels())) {
            return labels;
        }
        if (new HashSet<>(names).equals(new HashSet<>(labels.labels()))) {
            return new LabelSpace(labels.kind(), names);
        }
        note.accept(
                "The model's outputs were named %s; they are trained again as %s, in this order"
                        .formatted(names, labels.labels()));
        return labels;
    }

    /** Returns how pairs of texts are encoded: for the model's own head as one sequence. */
    public HeadConfig.PairEncoding pairEncoding() {
        return config == null ? HeadConfig.PairEncoding.CROSS : config.pairs();
    }

    /**
     * Lets a configuration train the model's own head, too, if it starts new or the configuration
     * names no modules.
     */
    private AdapterConfig configure(AdapterConfig adapter) {
        List<String> saved = adapter.modulesToSave();
        if (modules.isEmpty() || (started.isEmpty() && !saved.isEmpty())) {
            return adapter;
        }
        return adapter.withModulesToSave(
                Stream.concat(saved.stream(), modules.stream()).distinct().toList());
    }

    /** Tells whether a trained parameter is the head's. */
    public boolean owns(String parameter) {
        return config == null
                ? modules.stream().anyMatch(module -> parameter.startsWith(module + "."))
                : parameter.startsWith("head.");
    }
}
