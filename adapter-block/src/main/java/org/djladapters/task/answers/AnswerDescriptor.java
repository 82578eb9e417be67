/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import ai.djl.Application;
import ai.djl.modality.nlp.qa.QAInput;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Answering questions with a part of a text. */
@Internal
public final class AnswerDescriptor extends TaskDescriptor {

    public AnswerDescriptor() {
        super(
                TaskKind.QUESTION_ANSWERING,
                Application.NLP.QUESTION_ANSWER,
                List.of("f1", "exact_match"),
                TaskOption.STRIDE,
                TaskOption.NEW_HEAD);
    }

    /**
     * Describes answers; the first text of a pair is the question, the second contains the answer.
     */
    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return pairs
                ? Optional.of(
                        new TextResult<>(
                                QAInput.class,
                                Answer.class,
                                QAInput::new,
                                (answer, top, named) -> nameAnswer(answer, named)))
                : Optional.empty();
    }

    private static void nameAnswer(Answer answer, JsonObject named) {
        named.addProperty("answer", answer.text());
        named.addProperty("score", (float) answer.score());
        named.addProperty("start", answer.start());
        named.addProperty("end", answer.end());
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        AnswerTask task =
                AnswerTask.of(
                        TaskInputs.directory(run.model()),
                        run.maxLength(),
                        run.stride(),
                        run.train());
        TaskHead head = TaskHead.ofSpans(run.model(), run.newHead());
        return new PreparedTask(task, head, HeadConfig.Pooling.CLS);
    }

    @Override
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return Optional.of(AnswerTask.of(TaskInputs.directory(model), options));
    }

    @Override
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        boolean spans =
                adapter.headConfig()
                        .filter(head -> head.pooling() == HeadConfig.Pooling.SPAN)
                        .isPresent();
        return spans ? recorded(model, adapter, options) : Optional.empty();
    }

    @Override
    public Optional<Task> ofTranslator(ModelDirectory directory) throws IOException {
        String factory = directory.servingArguments().getOrDefault(MergedServing.FACTORY, "");
        return factory.endsWith(".QuestionAnsweringTranslatorFactory")
                ? Optional.of(AnswerTask.ofExport(directory))
                : Optional.empty();
    }
}
