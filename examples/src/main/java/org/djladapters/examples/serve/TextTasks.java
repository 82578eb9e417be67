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
import java.util.regex.Pattern;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.task.TaskBatch;
import org.djladapters.task.TaskModel;

/** What one adapter predicts from texts and from pairs of texts, as JSON. */
public final class TextTasks implements ServedAdapters.Tasks {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final AdaptedModel model;
    private final String adapter;
    private final TaskKind kind;

    /** The models for single texts (false) and for pairs (true), opened at the first request. */
    private final Map<Boolean, TextModel<?, ?>> models = new HashMap<>();

    private TextTasks(AdaptedModel model, String adapter) throws IOException {
        this.model = model;
        this.adapter = adapter;
        kind = TaskModel.kind(model, adapter).orElse(TaskKind.EMBEDDING);
        model(!takes(false)); // a task that can't be opened fails here
    }

    /**
     * Opens an adapter of a model for its task.
     *
     * @throws IOException if a file of the adapter is malformed
     * @throws IllegalArgumentException if it predicts nothing from texts
     */
    public static TextTasks open(AdaptedModel model, String adapter) throws IOException {
        return new TextTasks(model, adapter);
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
