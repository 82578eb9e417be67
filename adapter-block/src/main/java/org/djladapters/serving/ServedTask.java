/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/** The task of an adapter for one type of inputs. */
record ServedTask<I, O>(Class<I> input, TaskModel<I, O> model) implements AutoCloseable {

    static <I, O> ServedTask<I, O> open(
            AdaptedModel model, Class<I> input, Class<O> output, String adapter)
            throws IOException {
        return new ServedTask<>(input, TaskModel.beside(model, input, output, adapter));
    }

    /** Predicts from inputs of the type. */
    List<O> predict(List<Object> items) throws TranslateException {
        return model.predict(items.stream().map(input::cast).toList());
    }

    @Override
    public void close() {
        model.close();
    }
}
