/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.djladapters.examples.cluster.Cluster;
import scala.Function1;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A cluster of Spark: a piece of work is a job with one task, so that it fails for itself alone.
 */
final class SparkCluster implements Cluster {

    private static final long FIRST_NANOS = 60_000_000_000L;
    private static final long NEXT_NANOS = 5_000_000_000L;
    private static final long POLL_NANOS = 50_000_000L;
    private static final long SETTLING_NANOS = 1_000_000_000L;

    private final JavaSparkContext context;

    /** Spark's futures can only be waited for. */
    private final ExecutorService waiting = Executors.newCachedThreadPool();

    private volatile boolean failed;

    SparkCluster(JavaSparkContext context) {
        this.context = context;
    }

    @Override
    public synchronized <R extends Serializable> CompletableFuture<R> submit(
            String name, Work<R> work) {
        return collect(name, () -> context.parallelize(List.of(work), 1).map(Work::run))
                .thenApply(results -> results.get(0));
    }

    @Override
    public synchronized CompletableFuture<Void> submitJoint(String name, int size, JointWork work) {
        List<Integer> ranks = IntStream.range(0, size).boxed().toList();
        ClassTag<Integer> type = ClassTag$.MODULE$.apply(Integer.class);
        return collect(
                        name,
                        () ->
                                context.parallelize(ranks, size)
                                        .rdd()
                                        .barrier()
                                        .mapPartitions(new Part(work, size), false, type)
                                        .toJavaRDD())
                .thenApply(results -> null);
    }

    /** The part of a process in joint work. */
    private record Part(JointWork work, int size)
            implements Function1<Iterator<Integer>, Iterator<Integer>>, Serializable {

        @Override
        public Iterator<Integer> apply(Iterator<Integer> ranks) {
            try {
                work.run(ranks.next(), size);
                return Iterator$.MODULE$.empty();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }
    }

    @Override
    public String host() {
        return context.getConf().get("spark.driver.host");
    }

    @Override
    public int processes(int most) throws IOException {
        if (context.isLocal()) {
            throw new IllegalArgumentException(
                    "'%s' is this process alone; give spark://HOST:PORT or local-cluster[PROCESSES,CORES,MEGABYTES]"
                            .formatted(context.master()));
        }
        int found = 0;
        long end = System.nanoTime() + FIRST_NANOS;
        while (found < most && System.nanoTime() < end) {
            // the program itself is one of them
            int now = context.statusTracker().getExecutorInfos().length - 1;
            if (now > found) {
                found = now;
                end = System.nanoTime() + NEXT_NANOS;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (found == 0) {
            throw new IOException(
                    "No process of the cluster '%s' came within a minute; look at its page whether its machines have free cores and memory"
                            .formatted(context.master()));
        }
        return Math.min(found, most);
    }

    private <R> CompletableFuture<List<R>> collect(String name, Supplier<JavaRDD<R>> work) {
        CompletableFuture<List<R>> result = new CompletableFuture<>();
        try {
            context.sc().setJobDescription(name);
            JavaFutureAction<List<R>> job = work.get().collectAsync();
            waiting.execute(() -> complete(result, job));
        } catch (IllegalStateException e) {
            result.completeExceptionally(new IOException("Spark has stopped", e));
        }
        return result;
    }

    private <R> void complete(CompletableFuture<R> result, JavaFutureAction<R> job) {
        try {
            result.complete(job.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.cancel(false);
        } catch (Exception e) { // SparkException is checked, but Scala does not declare it
            failed = true;
            result.completeExceptionally(SparkFailures.reason(e));
        }
    }

    @Override
    public void close() {
        if (failed) {
            // threads of Spark that still note a lost process would print that they were stopped
            LockSupport.parkNanos(SETTLING_NANOS);
        }
        context.close();
        waiting.shutdown();
    }
}
