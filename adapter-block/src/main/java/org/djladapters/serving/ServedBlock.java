/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/**
 * The Block of a served model: an adapted model with the task of each of its adapters. As a Block
 * it is the base model. Closed with the model that it was made for.
 */
final class ServedBlock extends LambdaBlock implements AutoCloseable {

    private static final String ADAPTERS = "adapters";

    private final AdaptedModel model;
    private final Map<String, Map<Class<?>, ServedTask<?, ?>>> tasks;

    private ServedBlock(AdaptedModel model, Map<String, Map<Class<?>, ServedTask<?, ?>>> tasks) {
        super(model::predict, "adapters");
        this.model = model;
        this.tasks = tasks;
    }

    /**
     * Gives a model the Block that has its adapters, if it has another one yet. The one that it had
     * is released first, so that there is one base model in memory.
     */
    static ServedBlock of(Model model) throws IOException {
        synchronized (model) {
            if (model.getBlock() instanceof ServedBlock served) {
                return served;
            }
            release(model.getBlock());
            ServedBlock served = open(model);
            model.setBlock(served);
            model.getNDManager().attachInternal("djladapters", served);
            return served;
        }
    }

    private static void release(Block block) throws IOException {
        for (Parameter parameter : block.getParameters().values()) {
            parameter.close();
        }
        if (block instanceof AutoCloseable native_) {
            try {
                native_.close();
            } catch (Exception e) {
                throw new IOException("The model can't be released: " + e.getMessage(), e);
            }
        }
    }

    private static ServedBlock open(Model stock) throws IOException {
        Path directory = stock.getModelPath();
        OpenOptions options =
                OpenOptions.builder().optDevice(stock.getNDManager().getDevice()).build();
        AdaptedModel model = AdaptedModel.open(directory, options);
        try {
            Map<String, Map<Class<?>, ServedTask<?, ?>>> tasks = new TreeMap<>();
            tasks.put("", tasks(model, AdaptedModel.BASE));
            for (Path adapter : adapters(directory)) {
                String name = adapter.getFileName().toString();
                AdapterDirectory.load(model, name, adapter);
                tasks.put(name, tasks(model, name));
            }
            model.activate();
            return new ServedBlock(model, tasks);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Map<Class<?>, ServedTask<?, ?>> tasks(AdaptedModel model, String adapter)
            throws IOException {
        Map<Class<?>, ServedTask<?, ?>> tasks = new LinkedHashMap<>();
        for (Map.Entry<Class<?>, Class<?>> types : TaskModel.types(model, adapter).entrySet()) {
            if (Request.TYPES.contains(types.getKey())) {
                tasks.put(
                        types.getKey(),
                        ServedTask.open(model, types.getKey(), types.getValue(), adapter));
            }
        }
        return tasks;
    }

    private static List<Path> adapters(Path directory) throws IOException {
        Path folder = directory.resolve(ADAPTERS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** Finds the tasks of an adapter, empty for the base model, by the type of inputs. */
    Optional<Map<Class<?>, ServedTask<?, ?>>> tasks(String adapter) {
        return Optional.ofNullable(tasks.get(adapter));
    }

    /** Returns the names of the adapters. */
    List<String> adapters() {
        return tasks.keySet().stream().filter(name -> !name.isEmpty()).toList();
    }

    @Override
    public void close() {
        tasks.values().forEach(all -> all.values().forEach(ServedTask::close));
        model.close();
    }
}
