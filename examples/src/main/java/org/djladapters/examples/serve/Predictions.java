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
import java.util.function.Function;
import java.util.function.Predicate;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.generation.GeneratedText;
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
    private final Deque<Turn<?>> queue = new ArrayDeque<>();

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

    /**
     * A request that waits for a worker, with the version of the adapter that answers it.
     *
     * @param <T> the type of answers
     */
    private abstract class Turn<T> {

        final ServedAdapter<TextTasks> adapter;
        final CompletableFuture<T> answer = new CompletableFuture<>();
        final long since = System.nanoTime();

        private boolean ended;

        Turn(ServedAdapter<TextTasks> adapter) {
            this.adapter = adapter;
        }

        abstract int inputs();

        void succeed(T result) {
            ended = true;
            end(adapter, true);
            answer.complete(result);
        }

        /** Fails, unless it has ended. */
        void fail(Throwable failure) {
            if (!ended) {
                ended = true;
                end(adapter, true);
                answer.completeExceptionally(refusal(failure));
            }
        }
    }

    /** A request for predictions, which others can be predicted with. */
    private final class PredictTurn extends Turn<Predicted> {

        private final PredictRequest request;
        private TextModel.Result<List<JsonObject>> result;

        PredictTurn(ServedAdapter<TextTasks> adapter, PredictRequest request) {
            super(adapter);
            this.request = request;
        }

        @Override
        int inputs() {
            return request.rows().size();
        }

        /** Adds the rows to a batch, and tells whether it takes them. */
        boolean join(TaskBatch batch) {
            try {
                result = adapter.tasks().add(batch, request.pairs(), request.rows());
                return true;
            } catch (IOException | RuntimeException e) {
                fail(e);
                return false;
            }
        }

        void succeed() {
            try {
                TextTasks tasks = adapter.tasks();
                int tokens = request.counted() ? tasks.tokens(request.rows()) : 0;
                succeed(new Predicted(request.adapter(), adapter.version(), result.get(), tokens));
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
    }

    /** A request for texts, which a worker writes by itself. */
    private final class TextTurn extends Turn<List<GeneratedText>> {

        private final TextRequest request;
        private final TextRequest.Listener listener;

        TextTurn(
                ServedAdapter<TextTasks> adapter,
                TextRequest request,
                TextRequest.Listener listener) {
            super(adapter);
            this.request = request;
            this.listener = listener;
        }

        @Override
        int inputs() {
            return request.prompts().size();
        }

        void write() throws IOException {
            succeed(adapter.tasks().write(request, this::show));
        }

        private void show(int prompt, String piece) {
            if (workers.isShutdown()) {
                throw new StoppedException(Refusal.closing());
            }
            if (!listener.accept(prompt, piece)) {
                throw new StoppedException(Refusal.gone());
            }
        }
    }

    /** Ends a text that grows. */
    private static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Refusal reason;

        StoppedException(Refusal reason) {
            super(reason.getMessage(), null, false, false);
            this.reason = reason;
        }
    }

    /**
     * Lets a worker predict with the newest version of an adapter.
     *
     * @return the answer, which fails with a {@link Refusal}
     * @throws Refusal if the request can't be answered
     */
    CompletableFuture<Predicted> submit(PredictRequest request) throws Refusal {
        return submit(
                request.adapter(),
                tasks -> tasks.takes(request.pairs()),
                adapter -> new PredictTurn(adapter, request));
    }

    /**
     * Lets a worker write texts with the newest version of an adapter.
     *
     * @param listener takes the texts while they grow
     * @return the texts, which fail with a {@link Refusal}
     * @throws Refusal if the request can't be answered
     */
    CompletableFuture<List<GeneratedText>> submit(
            TextRequest request, TextRequest.Listener listener) throws Refusal {
        return submit(
                request.adapter(),
                TextTasks::writes,
                adapter -> new TextTurn(adapter, request, listener));
    }

    private <T> CompletableFuture<T> submit(
            String name,
            Predicate<TextTasks> fits,
            Function<ServedAdapter<TextTasks>, Turn<T>> turns)
            throws Refusal {
        ServedAdapter<TextTasks> adapter = lease(name);
        boolean submitted = false;
        boolean counted = false;
        try {
            if (!fits.test(adapter.tasks())) {
                throw Refusal.badRequest(takes(name, adapter.tasks()));
            }
            counted = true;
            if (open.merge(adapter.name(), 1, Integer::sum) > options.maxOpenPerAdapter()
                    && options.maxOpenPerAdapter() > 0) {
                throw new Refusal(
                        429,
                        "%d requests for this adapter are open, the most that there may be; try"
                                        .formatted(options.maxOpenPerAdapter())
                                + " again later");
            }
            Turn<T> turn = turns.apply(adapter);
            submitted = offer(turn);
            if (!submitted) {
                throw Refusal.unavailable("Too many requests wait; try again later");
            }
            return turn.answer;
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

    private static String takes(String adapter, TextTasks tasks) {
        String who = adapter == null ? "The base model" : "Adapter '" + adapter + "'";
        return tasks.writes()
                ? who + " writes texts; ask for these at /v1/completions or /v1/chat/completions"
                : "%s takes %s".formatted(who, String.join("s or ", tasks.inputs()) + "s");
    }

    private boolean offer(Turn<?> turn) {
        synchronized (queue) {
            boolean room = queue.size() < options.queue() && !workers.isShutdown();
            if (room) {
                queue.add(turn);
                queue.notifyAll();
            }
            return room;
        }
    }

    private void work() {
        try {
            while (!workers.isShutdown()) {
                List<Turn<?>> turns = take();
                try {
                    if (turns.get(0) instanceof TextTurn text) {
                        text.write();
                    } else {
                        predict(turns.stream().map(PredictTurn.class::cast).toList());
                    }
                } catch (IOException | RuntimeException | Error e) {
                    // of all, such as a lack of memory; the worker goes on
                    turns.forEach(turn -> turn.fail(e));
                } finally {
                    running.addAndGet(-turns.size());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is closed
        }
    }

    /** Waits for a request, and for others until the first has waited long enough. */
    private List<Turn<?>> take() throws InterruptedException {
        synchronized (queue) {
            while (true) {
                Turn<?> first = queue.peek();
                if (first == null) {
                    queue.wait();
                    continue;
                }
                long left = first.since + options.batchDelay().toNanos() - System.nanoTime();
                if (left <= 0
                        || first instanceof TextTurn
                        || inputsWaiting() >= options.maxBatch()) {
                    return poll();
                }
                TimeUnit.NANOSECONDS.timedWait(queue, left);
            }
        }
    }

    private int inputsWaiting() {
        return queue.stream().mapToInt(Turn::inputs).sum();
    }

    /** Takes the first request, and those behind it that can be predicted with it. */
    private List<Turn<?>> poll() {
        List<Turn<?>> turns = new ArrayList<>();
        int inputs = 0;
        do {
            Turn<?> next = queue.remove();
            inputs += next.inputs();
            turns.add(next);
        } while (turns.get(0) instanceof PredictTurn
                && queue.peek() instanceof PredictTurn other
                && inputs + other.inputs() <= options.maxBatch());
        running.addAndGet(turns.size());
        batches.incrementAndGet();
        return turns;
    }

    /** Predicts for all requests in as few passes as their adapters and lengths allow. */
    private static void predict(List<PredictTurn> turns) {
        TaskBatch batch = new TaskBatch();
        List<PredictTurn> joined = turns.stream().filter(turn -> turn.join(batch)).toList();
        batch.run();
        joined.forEach(PredictTurn::succeed);
    }

    private Refusal refusal(Throwable failure) {
        if (failure instanceof IllegalArgumentException) { // of an input
            return Refusal.badRequest(String.valueOf(failure.getMessage()));
        }
        if (failure instanceof StoppedException stopped) {
            return stopped.reason;
        }
        log.accept(failure);
        return new Refusal(500, "The prediction failed; the log says why");
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

    /** Refuses requests that wait, ends texts that grow, and waits some seconds for the rest. */
    @Override
    public void close() {
        workers.shutdownNow();
        List<Turn<?>> dropped;
        synchronized (queue) {
            dropped = List.copyOf(queue);
            queue.clear();
        }
        dropped.forEach(turn -> turn.fail(new StoppedException(Refusal.closing())));
        try {
            if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                log.accept(new IllegalStateException("Predictions run on while the server ends"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
