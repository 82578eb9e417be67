/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskBatch;
import org.djladapters.task.TaskModel;

/** What one adapter predicts, by the type of inputs. */
final class AdapterTasks implements ServedAdapters.Tasks {

    private final TaskKind kind;
    private final Map<Class<?>, Typed<?, ?>> tasks;

    private AdapterTasks(TaskKind kind, Map<Class<?>, Typed<?, ?>> tasks) {
        this.kind = kind;
        this.tasks = tasks;
    }

    /** What an adapter predicts from one type of inputs. */
    record Typed<I, O>(Class<I> input, TaskModel<I, O> model) {

        private static <I, O> Typed<I, O> open(
                AdaptedModel model, Class<I> input, Class<O> output, String adapter)
                throws IOException {
            return new Typed<>(input, TaskModel.beside(model, input, output, adapter));
        }

        /** Adds inputs of the type to a batch. */
        TaskBatch.Part<O> add(TaskBatch batch, List<Object> items) {
            return batch.add(model, items.stream().map(input::cast).toList());
        }
    }

    /** Opens all that an adapter predicts from inputs of requests. */
    static AdapterTasks open(AdaptedModel model, String adapter) throws IOException {
        Map<Class<?>, Typed<?, ?>> tasks = new LinkedHashMap<>();
        TaskKind kind = TaskModel.kind(model, adapter).orElse(TaskKind.EMBEDDING);
        AdapterTasks opened = new AdapterTasks(kind, tasks);
        try {
            for (Map.Entry<Class<?>, Class<?>> types : TaskModel.types(model, adapter).entrySet()) {
                if (Request.KINDS.containsKey(types.getKey())) {
                    tasks.put(
                            types.getKey(),
                            Typed.open(model, types.getKey(), types.getValue(), adapter));
                }
            }
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /** Finds the task for a type of inputs. */
    Optional<Typed<?, ?>> of(Class<?> input) {
        return Optional.ofNullable(tasks.get(input));
    }

    @Override
    public String task() {
        return kind.noun();
    }

    @Override
    public List<String> inputs() {
        return tasks.keySet().stream().map(Request.KINDS::get).toList();
    }

    @Override
    public void close() {
        tasks.values().forEach(task -> task.model().close());
    }
}
