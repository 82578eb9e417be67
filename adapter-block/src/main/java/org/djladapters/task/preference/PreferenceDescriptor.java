/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.preference;

import ai.djl.Application;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.data.TaskKind;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.language.TextMetrics;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Preferring one of two responses. */
public final class PreferenceDescriptor extends TaskDescriptor {

    public PreferenceDescriptor() {
        super(
                TaskKind.PREFERENCE,
                Application.NLP.TEXT_GENERATION,
                List.of(
                        TextMetrics.LOSS,
                        PreferenceMetrics.ACCURACY,
                        PreferenceMetrics.MARGIN,
                        TextMetrics.PERPLEXITY),
                TaskOption.CHAT_TEMPLATE,
                TaskOption.BETA,
                TaskOption.LABEL_SMOOTHING);
    }

    @Override
    public Set<String> lowerIsBetter() {
        return Set.of(TextMetrics.LOSS, TextMetrics.PERPLEXITY);
    }

    @Override
    public Set<TaskKind> related() {
        return Set.of(TaskKind.CAUSAL_LM);
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        if (run.labelSmoothing() >= 0.5) {
            throw new IllegalArgumentException(
                    ("The label smoothing of preferences must be less than 0.5, got %s; with more"
                                    + " the rejected responses would be preferred")
                            .formatted(PlainNumber.of(run.labelSmoothing())));
        }
        return PreparedTask.withoutHead(
                new PreferenceTask(
                        CausalLmTask.of(run),
                        run.beta().orElse(PreferenceTask.DEFAULT_BETA),
                        run.labelSmoothing()));
    }

    @Override
    public Optional<Task> ofData(AdaptedModel model, Optional<RecordedOptions> options)
            throws IOException {
        RecordedOptions recorded =
                options.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Preferences are measured against the base model, so a"
                                                + " model without an adapter has none; give the"
                                                + " adapter, also in the place of a merged model"));
        CausalLmTask language = CausalLmTask.of(TaskInputs.directory(model), recorded);
        return Optional.of(
                new PreferenceTask(
                        language,
                        recorded.real(PreferenceTask.BETA).orElse(PreferenceTask.DEFAULT_BETA),
                        recorded.real(PreferenceTask.SMOOTHING).orElse(0)));
    }
}
