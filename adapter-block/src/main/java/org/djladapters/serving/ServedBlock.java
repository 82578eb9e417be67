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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private static final long SECONDS_BETWEEN_LOOKS = 2;
    private static final long CLOSING_SECONDS = 60;

    private final AdaptedModel model;
    private final ServedAdapters<AdapterTasks> adapters;
    private final ScheduledExecutorService watcher =
            Executors.newSingleThreadScheduledExecutor(ServedBlock::thread);

    private ServedBlock(AdaptedModel model, ServedAdapters<AdapterTasks> adapters) {
        super(model::predict, ADAPTERS);
        this.model = model;
        this.adapters = adapters;
    }

    private static Thread thread(Runnable looks) {
        Thread thread = new Thread(looks, "adapters");
        thread.setDaemon(true);
        return thread;
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
        ServedBlock served =
                new ServedBlock(model, new ServedAdapters<>(model, AdapterTasks::open));
        served.watch(directory.resolve(ADAPTERS));
        return served;
    }

    /** Loads what is there; what comes later is found by looks. */
    private void watch(Path directory) {
        AdapterFolder folder = new AdapterFolder(directory, adapters, logger::info, logger::warn);
        if (Files.exists(directory)) {
            folder.poll();
            folder.poll();
        }
        watcher.scheduleWithFixedDelay(
                () -> {
                    if (Files.exists(directory) || adapters.count() > 0) {
                        folder.poll();
                    }
                },
                SECONDS_BETWEEN_LOOKS,
                SECONDS_BETWEEN_LOOKS,
                TimeUnit.SECONDS);
    }

    /** Returns the adapters that there are at this moment. */
    ServedAdapters<AdapterTasks> adapters() {
        return adapters;
    }

    /** Waits for a look that is under way, then closes all. */
    @Override
    public void close() {
        watcher.shutdown();
        try {
            if (!watcher.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                logger.warn("Adapters are still being loaded while their model is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        adapters.close();
        model.close();
    }
}
