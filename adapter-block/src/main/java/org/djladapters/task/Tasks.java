/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.answers.AnswerDescriptor;
import org.djladapters.task.classification.LabelDescriptor;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.embedding.EmbeddingDescriptor;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.language.LanguageDescriptor;
import org.djladapters.task.multilabel.MultiLabelDescriptor;
import org.djladapters.task.preference.PreferenceDescriptor;
import org.djladapters.task.reranking.RerankingDescriptor;
import org.djladapters.task.tokens.TokenDescriptor;

/** The kinds of tasks, and how the task of a model or an adapter is found among them. */
@Internal
public final class Tasks {

    /** All kinds. The later ones recognize models by more specific outputs, and are tried first. */
    private static final List<TaskDescriptor> ALL =
            new ArrayList<>(
                    List.of(
                            LabelDescriptor.CLASSIFICATION,
                            LabelDescriptor.REGRESSION,
                            new MultiLabelDescriptor(),
                            new LanguageDescriptor(),
                            new EmbeddingDescriptor(),
                            new TokenDescriptor(),
                            new AnswerDescriptor(),
                            new RerankingDescriptor(),
                            new PreferenceDescriptor()));

    private Tasks() {}

    /** Finds the descriptor of a kind. */
    public static TaskDescriptor of(TaskKind kind) {
        return ALL.stream().filter(task -> task.kind() == kind).findAny().orElseThrow();
    }

    /** Lists a further kind for a test, which removes it again. */
    static AutoCloseable with(TaskDescriptor task) {
        ALL.add(task);
        return () -> ALL.remove(task);
    }

    static boolean isLowerBetter(String metric) {
        return ALL.stream().anyMatch(task -> task.lowerIsBetter().contains(metric));
    }

    /** Finds the kind that the record of a run names. */
    static Optional<TaskDescriptor> recorded(RecordedOptions options) {
        return ALL.stream()
                .filter(task -> options.kind().equals(Optional.of(task.kind().name())))
                .findAny();
    }

    /**
     * Finds the task of a model without an adapter, that of its own head.
     *
     * @return the task; empty if nothing names its outputs
     */
    static Optional<Task> of(AdaptedModel model) throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        Optional<Task> named = first(task -> task.ofTranslator(directory));
        if (named.isPresent()) {
            return named;
        }
        Optional<Task> head = first(task -> task.ofOwnHead(model));
        if (head.isPresent()) {
            return head;
        }
        Optional<List<String>> labels = OwnHead.labels(model);
        return labels.isEmpty()
                ? Optional.empty()
                : first(task -> task.ofLabels(directory, labels.get()));
    }

    /** Finds the task of an exported model by its directory. */
    static Task ofExport(ModelDirectory directory) throws IOException {
        Optional<Task> named = first(task -> task.ofTranslator(directory));
        if (named.isPresent()) {
            return named.get();
        }
        List<String> labels = OwnHead.labelsOfExport(directory);
        return first(task -> task.ofLabels(directory, labels)).orElseThrow();
    }

    /**
     * Finds the task of an adapter by the record of its training and the names of its outputs.
     *
     * @return the task; empty if nothing names the outputs of the model with the adapter
     * @throws IOException if a file of the adapter is malformed or does not fit the model
     */
    static Optional<Task> of(AdaptedModel model, Adapter adapter) throws IOException {
        RecordedOptions options = RecordedOptions.of(adapter);
        Optional<TaskDescriptor> kind = recorded(options);
        Optional<Task> task =
                kind.isPresent() ? kind.get().recorded(model, adapter, options) : Optional.empty();
        return task.isPresent() ? task : first(any -> any.ofAdapter(model, adapter, options));
    }

    /**
     * Finds the task of the adapter that has labels or a head, or else that of the base model's own
     * head.
     *
     * @throws IllegalArgumentException if two adapters are for different tasks, or different texts
     *     of a search
     */
    public static Optional<Task> of(AdaptedModel model, List<Adapter> adapters) throws IOException {
        EmbeddingTask.requireSameTexts(adapters);
        Optional<Task> found = Optional.empty();
        String owner = null;
        for (Adapter adapter : adapters) {
            if (OutputLabels.areGivenBy(adapter) || adapter.headConfig().isPresent()) {
                Optional<Task> next = of(model, adapter);
                if (found.isPresent() && !found.equals(next)) {
                    throw new IllegalArgumentException(
                            "Adapters '%s' and '%s' are for different tasks; open one of them"
                                    .formatted(owner, adapter.name()));
                }
                found = next;
                owner = adapter.name();
            }
        }
        if (found.isPresent()) {
            return found;
        }
        return adapters.isEmpty() ? of(model) : of(model, adapters.get(0));
    }

    /**
     * Finds the task of a model without an adapter, to measure it on data.
     *
     * @throws IllegalArgumentException if the model has no outputs that the data have labels for
     */
    static Task of(AdaptedModel model, LabelledData data) throws IOException {
        Optional<Task> task = ofData(model, data, Optional.empty());
        if (task.isEmpty()) {
            task = of(model);
        }
        return task.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                ("The model names no outputs that '%s' has labels for; give an"
                                                + " adapter, or a model that was merged")
                                        .formatted(data.source())));
    }

    /**
     * Finds the task of an adapter, to measure it on data. The data decide for an adapter without a
     * record of its task, which may come from elsewhere.
     *
     * @param source where the adapter is from, for messages
     * @throws IOException if a file of the adapter is malformed or does not fit the model, or
     *     nothing relates the labels of the data to its outputs
     */
    static Task of(AdaptedModel model, Adapter adapter, Path source, LabelledData data)
            throws IOException {
        boolean named = OutputLabels.areGivenBy(adapter);
        RecordedOptions options = RecordedOptions.of(adapter);
        if (!named && isMeasuredOn(data, recorded(options))) {
            Optional<Task> task = ofData(model, data, Optional.of(options));
            if (task.isPresent()) {
                return task.get();
            }
        }
        Optional<Task> task = of(model, adapter);
        if (task.isEmpty()) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which names the classes of the"
                                    + " adapter's task; give the output of a fine-tuning run")
                            .formatted(source, AdapterDirectory.LABELS));
        }
        if (task.get().kind() == TaskKind.CLASSIFICATION) {
            requireOneClass(adapter, source, data);
        }
        if (!named && task.get() instanceof LabelTask labels) {
            requireKnown(labels.labels(), source, data);
        }
        return task.get();
    }

    /** Tells whether the data decide how an adapter is measured, not what it was trained for. */
    private static boolean isMeasuredOn(LabelledData data, Optional<TaskDescriptor> trained) {
        return trained.isEmpty()
                || (data.task().isPresent() && trained.get().related().contains(data.task().get()));
    }

    private static Optional<Task> ofData(
            AdaptedModel model, LabelledData data, Optional<RecordedOptions> options)
            throws IOException {
        return data.task().isPresent()
                ? of(data.task().get()).ofData(model, options)
                : Optional.empty();
    }

    /** Refuses several classes a row for an adapter from elsewhere that does not speak of them. */
    private static void requireOneClass(Adapter adapter, Path source, LabelledData data)
            throws IOException {
        if (data.task().equals(Optional.of(TaskKind.MULTI_LABEL_CLASSIFICATION))
                && adapter.record().provenance().isEmpty()
                && !Files.exists(source.resolve(AdapterDirectory.LABELS))) {
            throw new IOException(
                    ("Nothing says that the adapter '%s' gives a text several classes, which '%s'"
                         + " has; write {\"problem_type\": \"multi_label_classification\"} into %s"
                         + " of its directory, with the names in id2label")
                            .formatted(source, data.source(), OutputLabels.MODEL));
        }
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

    /**
     * Tells what an adapter is for, as far as its files say so without a model.
     *
     * @return the application it was trained for: text classification for classes, numbers and
     *     relevances of texts, and for an adapter with labels alone; undefined for one without any
     *     record
     */
    public static Application application(Path adapterDirectory) throws IOException {
        RecordedOptions options = RecordedOptions.read(adapterDirectory);
        Optional<TaskDescriptor> task = recorded(options);
        Path labels = adapterDirectory.resolve(AdapterDirectory.LABELS);
        if (task.isEmpty() && !Files.isRegularFile(labels)) {
            return Application.UNDEFINED;
        }
        return task.orElse(LabelDescriptor.CLASSIFICATION).application(options);
    }

    private interface Finder {
        Optional<Task> find(TaskDescriptor task) throws IOException;
    }

    private static Optional<Task> first(Finder finder) throws IOException {
        List<TaskDescriptor> special = new ArrayList<>(ALL);
        Collections.reverse(special);
        for (TaskDescriptor task : special) {
            Optional<Task> found = finder.find(task);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
