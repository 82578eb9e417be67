/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.generation.GeneratedText;
import org.djladapters.generation.TextGenerator;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.task.TaskBatch;
import org.djladapters.task.TaskModel;
import org.djladapters.task.TextEmbedder;

/** What one adapter predicts from texts and from pairs of texts, as JSON, or writes. */
public final class TextTasks implements ServedAdapters.Tasks {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final AdaptedModel model;
    private final String adapter;
    private final TaskKind kind;
    private final SharedGenerator generator;

    /** The models for single texts (false) and for pairs (true), opened at the first request. */
    private final Map<Boolean, TextModel<?, ?>> models = new HashMap<>();

    private TextTasks(AdaptedModel model, String adapter, SharedGenerator generator)
            throws IOException {
        this.model = model;
        this.adapter = adapter;
        this.generator = generator;
        // if nothing names the outputs, they are vectors or those of a language model
        kind =
                TaskModel.kind(model, adapter)
                        .orElse(
                                model.outputNames().contains(ModelOutputs.LOGITS)
                                        ? TaskKind.CAUSAL_LM
                                        : TaskKind.EMBEDDING);
        // a task that can't be opened fails here
        if (writes()) {
            generator.get();
        } else {
            model(!takes(false));
        }
    }

    /**
     * Returns what opens adapters of a model for their tasks.
     *
     * @param generator the generator of all adapters that write texts, which is closed after them
     */
    public static ServedAdapters.Opener<TextTasks> opener(SharedGenerator generator) {
        return (model, adapter) -> new TextTasks(model, adapter, generator);
    }

    /** Tells whether it answers or continues prompts, and predicts nothing. */
    boolean writes() {
        return !takes(false) && !takes(true);
    }

    /** Writes what comes after prompts; what the listener throws ends it. */
    List<GeneratedText> write(TextRequest request, BiConsumer<Integer, String> listener)
            throws IOException {
        TextGenerator opened = generator.get();
        List<int[]> prompts =
                request.prompts().stream().map(prompt -> prompt.tokens(opened)).toList();
        return opened.run(
                prompts,
                adapter,
                request.options(),
                request.mostNewTokens(),
                index -> piece -> listener.accept(index, piece));
    }

    /** Tells whether it predicts from pairs (true), or from single texts (false). */
    boolean takes(boolean pairs) {
        return TextTask.takes(kind, pairs);
    }

    /** Adds rows to a batch, which predicts an object for each. */
    TextModel.Result<List<JsonObject>> add(TaskBatch batch, boolean pairs, List<TextRow> rows)
            throws IOException {
        return model(pairs).add(batch, rows);
    }

    /** Tells whether texts get vectors. */
    boolean givesVectors() {
        return kind == TaskKind.EMBEDDING;
    }

    /** Returns the number of tokens of texts that get vectors. */
    int tokens(List<TextRow> rows) throws IOException {
        return model(false).tokens(rows.stream().map(TextRow::text).toList()).orElse(0);
    }

    /** Returns what texts of a role begin with if the base model embeds them, else nothing. */
    Optional<String> promptOfBase(TextEmbedder.Role role) throws IOException {
        return model(false).promptOfBase(role);
    }

    /** Returns the shorter dimensions that the adapter was trained for, if any. */
    List<Integer> dimensions() {
        if (adapter.equals(AdaptedModel.BASE)) {
            return List.of();
        }
        return NUMBER.matcher(
                        model.adapter(adapter).record().options().getOrDefault("matryoshka", ""))
                .results()
                .map(number -> Integer.valueOf(number.group()))
                .toList();
    }

    private TextModel<?, ?> model(boolean pairs) throws IOException {
        synchronized (models) {
            TextModel<?, ?> opened = models.get(pairs);
            if (opened == null) {
                opened = TextModel.beside(model, TextTask.of(kind, pairs, 0), adapter);
                models.put(pairs, opened);
            }
            return opened;
        }
    }

    @Override
    public String task() {
        return kind.noun();
    }

    @Override
    public List<String> inputs() {
        List<String> inputs = new ArrayList<>();
        if (takes(false)) {
            inputs.add("text");
        }
        if (takes(true)) {
            inputs.add("pair");
        }
        if (writes()) {
            inputs.add("prompt");
        }
        return inputs;
    }

    @Override
    public void close() {
        synchronized (models) {
            models.values().forEach(TextModel::close);
            models.clear();
        }
    }
}
