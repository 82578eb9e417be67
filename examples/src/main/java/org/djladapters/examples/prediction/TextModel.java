/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.prediction;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskBatch;
import org.djladapters.task.TaskModel;
import org.djladapters.task.TextEmbedder;

/**
 * Predicts JSON objects from texts or pairs of texts.
 *
 * @param <I> the type of inputs
 * @param <O> the type of predictions
 */
public final class TextModel<I, O> implements AutoCloseable {

    private final TaskModel<I, O> model;
    private final Function<TextRow, I> inputOf;
    private final BiConsumer<O, JsonObject> naming;

    private TextModel(TaskModel<I, O> model, TextTask<I, O> task) {
        this.model = model;
        inputOf = task.inputOf();
        naming = task.naming();
    }

    /**
     * Activates adapters, named as for {@link TaskModel#of}, and returns the kind of their task;
     * empty if none is recorded, as for embeddings.
     */
    public static Optional<TaskKind> kind(AdaptedModel model, String... adapters)
            throws IOException {
        try (TaskModel<NDList, NDList> task =
                TaskModel.of(model, NDList.class, NDList.class, adapters)) {
            return task.kind();
        }
    }

    /**
     * Opens adapters for a task and activates them. The base model is not closed with this.
     *
     * @throws IllegalArgumentException if the adapters are for another task
     */
    public static <I, O> TextModel<I, O> of(
            AdaptedModel model, TextTask<I, O> task, String... adapters) throws IOException {
        return new TextModel<>(TaskModel.of(model, task.input(), task.output(), adapters), task);
    }

    /**
     * Opens one adapter for a task, whatever is active, to be used beside others.
     *
     * @throws IllegalArgumentException if the adapter is for another task
     */
    public static <I, O> TextModel<I, O> beside(
            AdaptedModel model, TextTask<I, O> task, String adapter) throws IOException {
        return new TextModel<>(TaskModel.beside(model, task.input(), task.output(), adapter), task);
    }

    /** Predictions that may be made later. */
    @FunctionalInterface
    public interface Result<T> {

        /** Returns them; throws what {@link TaskModel#predict(List)} throws. */
        T get() throws IOException;
    }

    /** Predicts an object for each row; throws what {@link TaskModel#predict(List)} throws. */
    public List<JsonObject> predict(List<TextRow> rows) throws IOException {
        return named(() -> model.predict(rows.stream().map(inputOf).toList()));
    }

    /** Adds rows to a batch; the result is there when the batch has been run. */
    public Result<List<JsonObject>> add(TaskBatch batch, List<TextRow> rows) {
        TaskBatch.Part<O> part = batch.add(model, rows.stream().map(inputOf).toList());
        return () -> named(part);
    }

    /** Returns the number of tokens of texts, as {@link TaskModel#tokens}. */
    public OptionalInt tokens(List<String> texts) {
        return model.tokens(texts);
    }

    /** Tells how the base model embeds texts of a role, as {@link TaskModel#promptOfBase}. */
    public Optional<String> promptOfBase(TextEmbedder.Role role) throws IOException {
        return model.promptOfBase(role);
    }

    private List<JsonObject> named(TaskBatch.Part<O> made) throws IOException {
        List<O> predictions;
        try {
            predictions = made.get();
        } catch (TranslateException e) {
            throw new IOException("The model can't predict: " + e.getMessage(), e);
        }
        List<JsonObject> named = new ArrayList<>(predictions.size());
        for (O prediction : predictions) {
            JsonObject object = new JsonObject();
            naming.accept(prediction, object);
            named.add(object);
        }
        return named;
    }

    @Override
    public void close() {
        model.close();
    }
}
