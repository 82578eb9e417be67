/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.serving.ServedAdapter;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.task.TaskBatch;

/**
 * Predicts for requests. Those that wait are put together into batches, each of which a worker
 * predicts; a limited number waits, and more are refused.
 */
final class Predictions implements AutoCloseable {

    private static final long CLOSING_SECONDS = 3;

    private final ServedAdapters<TextTasks> adapters;
    private final ServerOptions options;
    private final Consumer<Throwable> log;
    private final ExecutorService workers;

    /** Guarded by itself. */
    private final Deque<Waiting> queue = new ArrayDeque<>();

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong batches = new AtomicLong();

    /** The numbers of open requests of adapters that have some. */
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    Predictions(
            ServedAdapters<TextTasks> adapters, ServerOptions options, Consumer<Throwable> log) {
        this.adapters = adapters;
        this.options = options;
        this.log = log;
        workers = Executors.newFixedThreadPool(options.workers());
        for (int i = 0; i < options.workers(); i++) {
            workers.execute(this::work);
        }
    }

    /** A request with the version of the adapter that answers it. */
    private record Waiting(
            PredictRequest request,
            ServedAdapter<TextTasks> adapter,
            CompletableFuture<Predicted> answer,
            long since) {

        int inputs() {
            return request.rows().size();
        }
    }

    /** A request in a batch. */
    private record Pending(Waiting request, TextModel.Result<List<JsonObject>> result) {}

    /**
     * Lets a worker predict with the newest version of an adapter.
     *
     * @return the answer, which fails with a {@link Refusal}
     * @throws Refusal if the request can't be answered
     */
    CompletableFuture<Predicted> submit(PredictRequest request) throws Refusal {
        ServedAdapter<TextTasks> adapter = lease(request.adapter());
        boolean submitted = false;
        boolean counted = false;
        try {
            requireInputs(adapter, request);
            counted = true;
            if (open.merge(adapter.name(), 1, Integer::sum) > options.maxOpenPerAdapter()
                    && options.maxOpenPerAdapter() > 0) {
                throw new Refusal(
                        429,
                        "%d requests for this adapter are open, the most that there may be; try"
                                        .formatted(options.maxOpenPerAdapter())
                                + " again later");
            }
            CompletableFuture<Predicted> answer = new CompletableFuture<>();
            submitted = offer(new Waiting(request, adapter, answer, System.nanoTime()));
            if (!submitted) {
                throw Refusal.unavailable("Too many requests wait; try again later");
            }
            return answer;
        } finally {
            if (!submitted) {
                end(adapter, counted);
            }
        }
    }

    private void end(ServedAdapter<TextTasks> adapter, boolean counted) {
        if (counted) {
            open.computeIfPresent(adapter.name(), (name, count) -> count > 1 ? count - 1 : null);
        }
        adapter.release();
    }

    private ServedAdapter<TextTasks> lease(String name) throws Refusal {
        return adapters.lease(name == null ? "" : name)
                .orElseThrow(
                        () ->
                                name == null
                                        ? Refusal.badRequest(
                                                "The base model predicts nothing from texts; name"
                                                        + " an 'adapter'")
                                        : new Refusal(
                                                404,
                                                "There is no adapter '%s'; GET /adapters lists those that there are"
                                                        .formatted(name)));
    }

    private static void requireInputs(ServedAdapter<TextTasks> adapter, PredictRequest request)
            throws Refusal {
        if (!adapter.tasks().takes(request.pairs())) {
            throw Refusal.badRequest(
                    "%s takes %s"
                            .formatted(
                                    request.adapter() == null
                                            ? "The base model"
                                            : "Adapter '" + request.adapter() + "'",
                                    String.join("s or ", adapter.tasks().inputs()) + "s"));
        }
    }

    private boolean offer(Waiting request) {
        synchronized (queue) {
            boolean room = queue.size() < options.queue() && !workers.isShutdown();
            if (room) {
                queue.add(request);
                queue.notifyAll();
            }
            return room;
        }
    }

    private void work() {
        try {
            while (!workers.isShutdown()) {
                List<Waiting> batch = take();
                try {
                    predict(batch);
                } finally {
                    running.addAndGet(-batch.size());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is closed
        }
    }

    /** Waits for a request, and for others until the first has waited long enough. */
    private List<Waiting> take() throws InterruptedException {
        synchronized (queue) {
            while (true) {
                Waiting first = queue.peek();
                if (first == null) {
                    queue.wait();
                    continue;
                }
                long left = first.since() + options.batchDelay().toNanos() - System.nanoTime();
                if (left <= 0 || inputsWaiting() >= options.maxBatch()) {
                    return poll();
                }
                TimeUnit.NANOSECONDS.timedWait(queue, left);
            }
        }
    }

    private int inputsWaiting() {
        return queue.stream().mapToInt(Waiting::inputs).sum();
    }

    private List<Waiting> poll() {
        List<Waiting> batch = new ArrayList<>();
        int inputs = 0;
        while (!queue.isEmpty()
                && (batch.isEmpty() || inputs + queue.peek().inputs() <= options.maxBatch())) {
            Waiting next = queue.remove();
            inputs += next.inputs();
            batch.add(next);
        }
        running.addAndGet(batch.size());
        batches.incrementAndGet();
        return batch;
    }

    /** Predicts for all requests in as few passes as their adapters and lengths allow. */
    private void predict(List<Waiting> requests) {
        TaskBatch batch = new TaskBatch();
        List<Pending> added = new ArrayList<>();
        for (Waiting request : requests) {
            PredictRequest asked = request.request();
            try {
                TextTasks tasks = request.adapter().tasks();
                added.add(new Pending(request, tasks.add(batch, asked.pairs(), asked.rows())));
            } catch (IOException | RuntimeException e) {
                fail(request, e);
            }
        }
        try {
            batch.run();
        } catch (Error e) { // it is of all, such as a lack of memory
            added.forEach(pending -> fail(pending.request(), e));
            return;
        }
        for (Pending pending : added) {
            try {
                answer(pending.request(), pending.result().get());
            } catch (IOException | RuntimeException e) {
                fail(pending.request(), e);
            }
        }
    }

    private void answer(Waiting request, List<JsonObject> predictions) {
        end(request.adapter(), true);
        request.answer()
                .complete(
                        new Predicted(
                                request.request().adapter(),
                                request.adapter().version(),
                                predictions));
    }

    private void fail(Waiting request, Throwable failure) {
        end(request.adapter(), true);
        if (failure instanceof IllegalArgumentException) { // of an input
            String sentence = String.valueOf(failure.getMessage());
            request.answer().completeExceptionally(Refusal.badRequest(sentence));
        } else {
            log.accept(failure);
            request.answer()
                    .completeExceptionally(
                            new Refusal(500, "The prediction failed; the log says why"));
        }
    }

    /** Returns the number of requests that wait. */
    int waiting() {
        synchronized (queue) {
            return queue.size();
        }
    }

    /** Returns the number of requests that workers predict for now. */
    int running() {
        return running.get();
    }

    /** Returns the number of batches that were begun. */
    long batches() {
        return batches.get();
    }

    /** Drops requests that wait, and waits some seconds for those that run. */
    @Override
    public void close() {
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                log.accept(new IllegalStateException("Predictions run on while the server ends"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
