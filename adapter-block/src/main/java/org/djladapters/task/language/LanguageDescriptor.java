/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.language;

import ai.djl.Application;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Continuing prompts. */
public final class LanguageDescriptor extends TaskDescriptor {

    public LanguageDescriptor() {
        super(
                TaskKind.CAUSAL_LM,
                Application.NLP.TEXT_GENERATION,
                List.of(TextMetrics.PERPLEXITY, TextMetrics.EXACT_MATCH),
                TaskOption.CHAT_TEMPLATE,
                TaskOption.TRAIN_ON,
                TaskOption.PACKING);
    }

    @Override
    public Set<String> lowerIsBetter() {
        return Set.of(TextMetrics.PERPLEXITY, TextMetrics.LOSS);
    }

    @Override
    public Set<TaskKind> related() {
        return Set.of(TaskKind.PREFERENCE);
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        return PreparedTask.withoutHead(CausalLmTask.of(run));
    }

    @Override
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return OutputLabels.areGivenBy(adapter)
                ? Optional.empty()
                : super.recorded(model, adapter, options);
    }

    @Override
    public Optional<Task> ofData(AdaptedModel model, Optional<RecordedOptions> options)
            throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        return Optional.of(
                options.isPresent()
                        ? CausalLmTask.of(directory, options.get())
                        : CausalLmTask.of(directory, OptionalInt.empty(), Optional.empty()));
    }
}
