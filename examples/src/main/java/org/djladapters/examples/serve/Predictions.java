/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.djladapters.serving.ServedAdapter;
import org.djladapters.serving.ServedAdapters;

/** Predicts for requests, some at a time; a limited number waits, and more are refused. */
final class Predictions implements AutoCloseable {

    private static final long CLOSING_SECONDS = 3;

    private final ServedAdapters<TextTasks> adapters;
    private final Consumer<Throwable> log;
    private final ThreadPoolExecutor workers;

    Predictions(
            ServedAdapters<TextTasks> adapters, ServerOptions options, Consumer<Throwable> log) {
        this.adapters = adapters;
        this.log = log;
        workers =
                new ThreadPoolExecutor(
                        options.workers(),
                        options.workers(),
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(options.queue()));
    }

    /**
     * Lets a worker predict with the newest version of an adapter.
     *
     * @param answer receives the answer, in another thread
     * @throws Refusal if the request can't be answered; there is no other answer then
     */
    void submit(PredictRequest request, Consumer<Response> answer) throws Refusal {
        ServedAdapter<TextTasks> adapter = lease(request.adapter());
        boolean submitted = false;
        try {
            if (!adapter.tasks().takes(request.pairs())) {
                throw Refusal.badRequest(
                        "%s takes %s"
                                .formatted(
                                        request.adapter() == null
                                                ? "The base model"
                                                : "Adapter '" + request.adapter() + "'",
                                        String.join("s or ", adapter.tasks().inputs()) + "s"));
            }
            workers.execute(() -> answer.accept(answer(request, adapter)));
            submitted = true;
        } catch (RejectedExecutionException e) {
            throw Refusal.unavailable("Too many requests wait; try again later");
        } finally {
            if (!submitted) {
                adapter.release();
            }
        }
    }

    private ServedAdapter<TextTasks> lease(String name) throws Refusal {
        return adapters.lease(name == null ? "" : name)
                .orElseThrow(
                        () ->
                                name == null
                                        ? Refusal.badRequest(
                                                "The base model predicts nothing from texts; name"
                                                        + " an 'adapter'")
                                        : Refusal.notFound(
                                                "There is no adapter '%s'; GET /adapters lists those that there are"
                                                        .formatted(name)));
    }

    private Response answer(PredictRequest request, ServedAdapter<TextTasks> adapter) {
        try {
            JsonArray predictions = new JsonArray();
            adapter.tasks().predict(request.pairs(), request.rows()).forEach(predictions::add);
            JsonObject json = new JsonObject();
            json.addProperty("adapter", request.adapter());
            json.addProperty("version", adapter.version());
            json.add("predictions", predictions);
            return Response.json(200, json);
        } catch (IllegalArgumentException e) { // of an input
            return Response.of(Refusal.badRequest(String.valueOf(e.getMessage())));
        } catch (IOException | RuntimeException | Error e) {
            log.accept(e);
            return Response.of(Refusal.failed("The prediction failed; the log says why"));
        } finally {
            adapter.release();
        }
    }

    /** Returns the number of requests that wait. */
    int waiting() {
        return workers.getQueue().size();
    }

    /** Returns the number of requests that workers predict for now. */
    int running() {
        return workers.getActiveCount();
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
