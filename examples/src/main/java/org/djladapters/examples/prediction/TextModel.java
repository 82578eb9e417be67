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
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/**
 * Predicts from texts or pairs and names what is predicted.
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
     * Tells what a model does with adapters, and activates these.
     *
     * @param model the model
     * @param adapters the names of the adapters, as {@link TaskModel#of} takes them
     * @return the kind of task; empty if nothing tells, as for embeddings
     * @throws IOException if what the adapters bring is malformed
     */
    public static Optional<TaskKind> kind(AdaptedModel model, String... adapters)
            throws IOException {
        try (TaskModel<NDList, NDList> task =
                TaskModel.of(model, NDList.class, NDList.class, adapters)) {
            return task.kind();
        }
    }

    /**
     * Tells what a model does with one adapter, whatever is active.
     *
     * @param model the model
     * @param adapter the name of the adapter, as {@link TaskModel#beside} takes it
     * @return the kind of task; empty if nothing tells, as for embeddings
     * @throws IOException if what the adapter brings is malformed
     */
    public static Optional<TaskKind> kindBeside(AdaptedModel model, String adapter)
            throws IOException {
        try (TaskModel<NDList, NDList> task =
                TaskModel.beside(model, NDList.class, NDList.class, adapter)) {
            return task.kind();
        }
    }

    /**
     * Opens adapters and activates them.
     *
     * @param model the model, which is not closed with this
     * @param task what the adapters do
     * @param adapters the names of the adapters, as {@link TaskModel#of} takes them
     * @param <I> the type of inputs
     * @param <O> the type of predictions
     * @return what predicts with these adapters active
     * @throws IOException if what the adapters bring is malformed
     * @throws IllegalArgumentException if they do something else
     */
    public static <I, O> TextModel<I, O> of(
            AdaptedModel model, TextTask<I, O> task, String... adapters) throws IOException {
        return new TextModel<>(TaskModel.of(model, task.input(), task.output(), adapters), task);
    }

    /**
     * Opens one adapter of a model that several are used of at once.
     *
     * @param model the model, which is not closed with this
     * @param task what the adapter does
     * @param adapter the name of the adapter, as {@link TaskModel#beside} takes it
     * @param <I> the type of inputs
     * @param <O> the type of predictions
     * @return what predicts with this adapter, whatever is active
     * @throws IOException if what the adapter brings is malformed
     * @throws IllegalArgumentException if it does something else
     */
    public static <I, O> TextModel<I, O> beside(
            AdaptedModel model, TextTask<I, O> task, String adapter) throws IOException {
        return new TextModel<>(TaskModel.beside(model, task.input(), task.output(), adapter), task);
    }

    /**
     * Predicts.
     *
     * @param rows texts or pairs, as the task takes them
     * @return an object for each row, in their order
     * @throws IOException if the rows can't be turned into arrays
     * @throws IllegalArgumentException as {@link TaskModel#predict(List)}
     * @throws IllegalStateException as {@link TaskModel#predict(List)}
     * @throws ArithmeticException as {@link TaskModel#predict(List)}
     */
    public List<JsonObject> predict(List<TextRow> rows) throws IOException {
        List<O> predictions;
        try {
            predictions = model.predict(rows.stream().map(inputOf).toList());
        } catch (TranslateException e) {
            throw new IOException("The model can't predict: " + e.getMessage(), e);
        }
        List<JsonObject> named = new ArrayList<>(rows.size());
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
