/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.Application;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/**
 * The description of a kind of task. Each kind has one, in its folder; {@code Tasks} lists them.
 */
public abstract class TaskDescriptor {

    private final TaskKind kind;
    private final Application application;
    private final List<String> metrics;
    private final Set<TaskOption> options;

    /**
     * Describes a kind.
     *
     * @param kind its names, and how its examples are read
     * @param application the application of DJL that an adapter is published for
     * @param metrics the metrics by which epochs can be compared, the default first
     * @param options the options that this kind takes besides those of all kinds
     */
    protected TaskDescriptor(
            TaskKind kind, Application application, List<String> metrics, TaskOption... options) {
        this.kind = kind;
        this.application = application;
        this.metrics = List.copyOf(metrics);
        this.options = Set.of(options);
    }

    /** Returns the kind. */
    public final TaskKind kind() {
        return kind;
    }

    /** Returns the options that this kind takes besides those of all kinds. */
    public final Set<TaskOption> options() {
        return options;
    }

    /** Returns the metrics by which epochs can be compared, the default first. */
    public final List<String> metrics() {
        return metrics;
    }

    /** Returns the metrics of which less is better. */
    public Set<String> lowerIsBetter() {
        return Set.of();
    }

    /** Returns other kinds on whose data adapters and models of this kind can be measured. */
    public Set<TaskKind> related() {
        return Set.of();
    }

    /** Returns the application of DJL that an adapter is published for. */
    public Application application(RecordedOptions recorded) {
        return application;
    }

    /** Returns the predictions of single texts, or of pairs of texts, if there are any. */
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return Optional.empty();
    }

    /**
     * Prepares a run. Options that this kind does not list were refused before.
     *
     * @throws IllegalArgumentException if the data, the options and the model do not fit each other
     */
    public abstract PreparedTask prepare(TaskOptions options) throws IOException;

    /**
     * Decides by which metric epochs are compared.
     *
     * @param asked the metric that the user wants, empty for the default
     * @throws IllegalArgumentException if this kind has no such metric
     */
    public String metric(Optional<String> asked) {
        if (asked.isPresent() && !metrics.contains(asked.get())) {
            throw new IllegalArgumentException(
                    "A %s has no metric '%s'; choose one of %s"
                            .formatted(kind.noun(), asked.get(), String.join(", ", metrics)));
        }
        return asked.orElse(metrics.get(0));
    }

    /** Decides by which metric epochs are compared on development data. */
    public String metric(Optional<String> asked, LabelledData dev) {
        return metric(asked);
    }

    /**
     * Restores the task of an adapter whose record names this kind; by default as {@link #ofData}
     * does.
     *
     * @return the task; empty if the outputs of the adapter tell more than the record
     */
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return ofData(model, Optional.of(options));
    }

    /** Recognizes the task of an adapter by its outputs. */
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return Optional.empty();
    }

    /** Recognizes a model by the translator of DJL that its description names. */
    public Optional<Task> ofTranslator(ModelDirectory directory) throws IOException {
        return Optional.empty();
    }

    /** Recognizes a model by its own head as its files describe it. */
    public Optional<Task> ofOwnHead(AdaptedModel model) throws IOException {
        return Optional.empty();
    }

    /**
     * Recognizes a model by the names of its outputs.
     *
     * @param labels the names, none if the single output is a number
     */
    public Optional<Task> ofLabels(ModelDirectory directory, List<String> labels)
            throws IOException {
        return Optional.empty();
    }

    /**
     * Restores the task of a model, with any adapter, for data of this kind; only kinds whose
     * outputs have no names do.
     *
     * @param options those of the adapter; empty for a model without an adapter
     */
    public Optional<Task> ofData(AdaptedModel model, Optional<RecordedOptions> options)
            throws IOException {
        return Optional.empty();
    }
}
