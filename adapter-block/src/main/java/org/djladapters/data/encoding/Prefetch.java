/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.training.dataset.Batch;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Batches that are made in a thread of their own, one ahead: images are decoded and arrays filled
 * while the model computes. Their order stays.
 *
 * <p>The caller closes the batches it takes; closing this closes the one that was not taken.
 */
public final class Prefetch implements Iterator<Batch>, AutoCloseable {

    private final Iterator<Batch> batches;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Prefetch::newThread);
    private CompletableFuture<Batch> ahead;

    public Prefetch(Iterable<Batch> batches) {
        this.batches = batches.iterator();
        this.ahead = makeNext();
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "prefetch");
        thread.setDaemon(true);
        return thread;
    }

    private CompletableFuture<Batch> makeNext() {
        return CompletableFuture.supplyAsync(
                () -> batches.hasNext() ? batches.next() : null, thread);
    }

    /** Tells whether there is another batch. An exception of making it is thrown here. */
    @Override
    public boolean hasNext() {
        return await() != null;
    }

    @Override
    public Batch next() {
        Batch batch = await();
        if (batch == null) {
            throw new NoSuchElementException("The pass over the data is over");
        }
        ahead = makeNext();
        return batch;
    }

    private Batch await() {
        try {
            return ahead.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        ahead.handle((batch, failure) -> batch).thenAccept(Prefetch::closeUnused).join();
    }

    private static void closeUnused(Batch batch) {
        if (batch != null) {
            batch.close();
        }
    }
}
