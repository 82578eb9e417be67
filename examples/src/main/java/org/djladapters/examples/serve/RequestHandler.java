/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.djladapters.matmul.Precision;
import org.djladapters.serving.ServedAdapters;

/** Answers the requests of all paths. */
final class RequestHandler implements HttpHandler {

    private final ServedAdapters<TextTasks> adapters;
    private final Predictions predictions;
    private final ServerOptions options;
    private final ServerMetrics metrics;
    private final OpenRequests open;
    private final Executor connections;
    private final Consumer<Throwable> log;

    /**
     * Creates a handler.
     *
     * @param connections executes work that waits for clients
     * @param log takes failures whose reasons clients do not get
     */
    RequestHandler(
            ServedAdapters<TextTasks> adapters,
            Predictions predictions,
            ServerOptions options,
            OpenRequests open,
            Executor connections,
            Consumer<Throwable> log) {
        this.adapters = adapters;
        this.predictions = predictions;
        this.options = options;
        this.open = open;
        this.connections = connections;
        this.log = log;
        metrics = new ServerMetrics();
    }

    @Override
    public void handle(HttpExchange exchange) {
        long start = System.nanoTime();
        try {
            String path = String.valueOf(exchange.getRequestURI().getPath());
            if (path.equals("/predict")) {
                predict(exchange, start);
            } else {
                answer(exchange, status(exchange, path));
            }
        } catch (Refusal e) {
            answer(exchange, Response.of(e));
        } catch (IOException e) {
            exchange.close(); // the client is gone, or was too slow
        } catch (RuntimeException | Error e) {
            log.accept(e);
            answer(exchange, Response.of(Refusal.failed("The request failed; the log says why")));
        }
    }

    private Response status(HttpExchange exchange, String path) throws Refusal {
        Response response =
                switch (path) {
                    case "/adapters" -> Response.json(200, adapters.json());
                    case "/health" -> health();
                    case "/metrics" ->
                            Response.metrics(
                                    metrics.text(
                                            predictions.waiting(),
                                            predictions.running(),
                                            adapters));
                    default ->
                            throw Refusal.notFound(
                                    "There is no such path; the paths are /predict, /adapters,"
                                            + " /health and /metrics");
                };
        requireMethod(exchange, "GET");
        return response;
    }

    private Response health() {
        JsonObject json = new JsonObject();
        json.addProperty("status", open.isEnding() ? "shutting down" : "ok");
        json.addProperty("adapters", adapters.count());
        json.addProperty("computed_in", Precision.nameOf(adapters.model().precision()));
        return Response.json(open.isEnding() ? 503 : 200, json);
    }

    private void predict(HttpExchange exchange, long start) throws IOException, Refusal {
        requireMethod(exchange, "POST");
        if (!open.begin()) {
            throw Refusal.unavailable("The server is shutting down");
        }
        boolean submitted = false;
        try {
            PredictRequest request = PredictRequest.parse(body(exchange), options.maxInputs());
            // a slow client must not keep a worker
            predictions.submit(request, response -> end(exchange, response, start));
            submitted = true;
        } catch (Refusal e) {
            answer(exchange, Response.of(e));
        } finally {
            if (!submitted) {
                metrics.time(System.nanoTime() - start);
                open.end();
            }
        }
    }

    private void end(HttpExchange exchange, Response response, long start) {
        metrics.time(System.nanoTime() - start);
        try {
            connections.execute(
                    () -> {
                        try {
                            answer(exchange, response);
                        } finally {
                            open.end();
                        }
                    });
        } catch (RejectedExecutionException e) { // the server was closed meanwhile
            exchange.close();
            open.end();
        }
    }

    private byte[] body(HttpExchange exchange) throws IOException, Refusal {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        boolean tooLarge = length != null && Long.parseLong(length.strip()) > options.maxBody();
        if (!tooLarge) {
            InputStream stream = exchange.getRequestBody();
            byte[] body = stream.readNBytes(options.maxBody());
            tooLarge = body.length == options.maxBody() && stream.read() >= 0;
            if (!tooLarge) {
                return body;
            }
        }
        throw Refusal.tooLarge(
                "The request is larger than %d bytes, the most that this server takes"
                        .formatted(options.maxBody()));
    }

    private static void requireMethod(HttpExchange exchange, String method) throws Refusal {
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            throw Refusal.wrongMethod(
                    "%s takes %s, not %s"
                            .formatted(
                                    exchange.getRequestURI().getPath(),
                                    method,
                                    exchange.getRequestMethod()));
        }
    }

    private void answer(HttpExchange exchange, Response response) {
        metrics.count(response.status());
        try {
            (open.isEnding() ? response.ending() : response).send(exchange);
        } catch (IOException | RuntimeException e) {
            exchange.close(); // the client is gone
        }
    }
}
