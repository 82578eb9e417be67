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
import java.time.Duration;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Block of a served model: an adapted model, and the adapters of its folder, which may come,
 * change and go. As a Block it is the base model. Closed with the model that it was made for.
 */
final class ServedBlock extends LambdaBlock implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ServedBlock.class);

    private static final String ADAPTERS = "adapters";
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final AdaptedModel model;
    private final Path directory;
    private final ServedAdapters<AdapterTasks> adapters;
    private final AdapterFolder folder;
    private final FolderWatcher watcher;

    private ServedBlock(AdaptedModel model, Path directory) {
        super(model::predict, ADAPTERS);
        this.model = model;
        this.directory = directory;
        adapters = new ServedAdapters<>(model, AdapterTasks::open);
        folder = new AdapterFolder(directory, adapters, logger::info, logger::warn);
        look();
        look();
        watcher = FolderWatcher.start(this::look, BETWEEN_LOOKS);
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
        return new ServedBlock(model, directory.resolve(ADAPTERS));
    }

    /** Looks at the folder, if there ever was one. */
    private void look() {
        if (Files.exists(directory) || adapters.count() > 0) {
            folder.poll();
        }
    }

    /** Returns the adapters that there are at this moment. */
    ServedAdapters<AdapterTasks> adapters() {
        return adapters;
    }

    /** Waits for a look that is under way, then closes all. */
    @Override
    public void close() {
        watcher.close();
        adapters.close();
        model.close();
    }
}
