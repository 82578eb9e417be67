/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.task.TaskModel;

/** One version of an adapter, with the models that use it, each opened when it is first needed. */
final class AdapterVersion implements ServedAdapters.Tasks {

    private final AdaptedModel model;
    private final String adapter;
    private final TaskKind kind;
    private final Map<Class<?>, Class<?>> types;

    /** Guarded by itself. */
    private final Map<Object, AutoCloseable> opened = new HashMap<>();

    private AdapterVersion(AdaptedModel model, String adapter) throws IOException {
        this.model = model;
        this.adapter = adapter;
        kind = TaskModel.kind(model, adapter).orElse(TaskKind.EMBEDDING);
        types = TaskModel.types(model, adapter);
    }

    /**
     * Opens an adapter of a model.
     *
     * @throws IOException if a file of the adapter is malformed
     * @throws IllegalArgumentException if it predicts nothing
     */
    static AdapterVersion open(AdaptedModel model, String adapter) throws IOException {
        return new AdapterVersion(model, adapter);
    }

    /** Opens what uses an adapter. */
    @FunctionalInterface
    interface Opener<M> {
        M open(AdaptedModel model, String adapter) throws IOException;
    }

    /**
     * What uses an adapter.
     *
     * @param key tells it from others
     * @param opener opens it
     */
    record Use<M extends AutoCloseable>(Object key, Opener<M> opener) {

        static <I, O> Use<TaskModel<I, O>> task(Class<I> input, Class<O> output) {
            return new Use<>(
                    List.of(input, output),
                    (model, adapter) -> TaskModel.beside(model, input, output, adapter));
        }
    }

    /**
     * Returns what uses this version, which stays open as long as the version.
     *
     * @throws IllegalArgumentException if the adapter is not for that
     */
    <M extends AutoCloseable> M get(Use<M> use) {
        synchronized (opened) {
            @SuppressWarnings("unchecked") // the key is of one type
            M found = (M) opened.get(use.key());
            if (found == null) {
                try {
                    found = use.opener().open(model, adapter);
                } catch (IOException e) {
                    throw new UncheckedIOException(e.getMessage(), e);
                }
                opened.put(use.key(), found);
            }
            return found;
        }
    }

    /** Tells whether it predicts one type from another. */
    boolean predicts(Class<?> input, Class<?> output) {
        return types.get(input) == output;
    }

    @Override
    public String task() {
        return kind.noun();
    }

    @Override
    public List<String> inputs() {
        return types.keySet().stream().map(Class::getSimpleName).toList();
    }

    @Override
    public void close() {
        synchronized (opened) {
            for (AutoCloseable use : opened.values()) {
                try {
                    use.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e.getMessage(), e);
                }
            }
            opened.clear();
        }
    }
}
