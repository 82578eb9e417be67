/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.djladapters.examples.sweep.Cluster;

/**
 * A cluster of Spark: a piece of work is a job with one task, so that it fails for itself alone.
 */
final class SparkCluster implements Cluster {

    private final JavaSparkContext context;

    /** Spark's futures can only be waited for. */
    private final ExecutorService waiting = Executors.newCachedThreadPool();

    SparkCluster(JavaSparkContext context) {
        this.context = context;
    }

    @Override
    public synchronized <R extends Serializable> CompletableFuture<R> submit(
            String name, Work<R> work) {
        CompletableFuture<R> result = new CompletableFuture<>();
        try {
            context.sc().setJobDescription(name);
            JavaFutureAction<List<R>> job =
                    context.parallelize(List.of(work), 1).map(Work::run).collectAsync();
            waiting.execute(() -> complete(result, job));
        } catch (IllegalStateException e) {
            result.completeExceptionally(new IOException("Spark has stopped", e));
        }
        return result;
    }

    private static <R> void complete(CompletableFuture<R> result, JavaFutureAction<List<R>> job) {
        try {
            result.complete(job.get().get(0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.cancel(false);
        } catch (Exception e) { // SparkException is checked, but Scala does not declare it
            result.completeExceptionally(SparkFailures.reason(e));
        }
    }

    @Override
    public void close() {
        context.close();
        waiting.shutdown();
    }
}
