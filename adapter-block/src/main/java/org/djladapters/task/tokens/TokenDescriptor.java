/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.tokens;

import ai.djl.Application;
import ai.djl.modality.nlp.translator.NamedEntity;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TokenData;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Tagging the words of a text. */
public final class TokenDescriptor extends TaskDescriptor {

    public TokenDescriptor() {
        super(
                TaskKind.TOKEN_CLASSIFICATION,
                Application.NLP.TOKEN_CLASSIFICATION,
                EntityMetrics.NAMES,
                TaskOption.NEW_HEAD);
    }

    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return pairs
                ? Optional.empty()
                : Optional.of(
                        TextResult.of(false, NamedEntity[].class, TokenDescriptor::nameEntities));
    }

    private static void nameEntities(NamedEntity[] entities, JsonObject named) {
        JsonArray list = new JsonArray();
        Arrays.stream(entities).map(TokenDescriptor::named).forEach(list::add);
        named.add("entities", list);
    }

    private static JsonObject named(NamedEntity entity) {
        JsonObject named = new JsonObject();
        named.addProperty("entity", entity.getEntity());
        named.addProperty("text", entity.getWord());
        named.addProperty("score", entity.getScore());
        named.addProperty("start", entity.getStart());
        named.addProperty("end", entity.getEnd());
        return named;
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        TokenData train = TokenTask.requireTags(run.train());
        TokenTask.requireTags(run.dev());
        TextInputs.check(run.model().inputNames());
        ModelDirectory directory = TaskInputs.directory(run.model());
        List<String> named = run.newHead() ? List.of() : directory.labels();
        TokenTask task = TokenTask.of(directory, TokenTask.tags(train, named), run.maxLength());
        metric(run.metric()); // refused before the model runs
        TaskHead head = TaskHead.ofTokens(run.model(), task.labels(), run.newHead());
        return new PreparedTask(task, head, HeadConfig.Pooling.NONE);
    }

    @Override
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        Optional<List<String>> tags = OutputLabels.of(model, adapter);
        return tags.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        TokenTask.of(TaskInputs.directory(model), tags.get(), options.maxLength()));
    }

    @Override
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return OutputLabels.areOfTokens(model, adapter)
                ? recorded(model, adapter, options)
                : Optional.empty();
    }

    @Override
    public Optional<Task> ofLabels(ModelDirectory directory, List<String> labels)
            throws IOException {
        return OwnHead.classifiesTokens(directory)
                ? Optional.of(TokenTask.of(directory, labels, OptionalInt.empty()))
                : Optional.empty();
    }
}
