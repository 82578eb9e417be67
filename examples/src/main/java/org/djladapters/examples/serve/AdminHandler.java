/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.djladapters.matmul.Precision;
import org.djladapters.serving.ServedAdapters;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Tells the platform how the server is: alive, ready for requests, and in numbers. */
final class AdminHandler extends Handler.Abstract.NonBlocking {

    /** Prometheus's text format. */
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final ServedAdapters<?> adapters;
    private final Readiness readiness;
    private final ServerMetrics metrics;

    AdminHandler(ServedAdapters<?> adapters, Readiness readiness, ServerMetrics metrics) {
        this.adapters = adapters;
        this.readiness = readiness;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = Exchange.of(request);
        try {
            answer(exchange, response, callback);
        } catch (Refusal e) {
            exchange.refuse(response, callback, e);
        }
        return true;
    }

    private void answer(Exchange exchange, Response response, Callback callback) throws Refusal {
        String path = exchange.path();
        switch (path) {
            case "/health", "/ready", "/metrics" -> exchange.requireMethod(response, "GET");
            default ->
                    throw new Refusal(
                            404,
                            "There is no such path; the paths are /health, /ready and /metrics");
        }
        if (path.equals("/metrics")) {
            exchange.answer(response, callback, 200, METRICS, metrics.text());
            return;
        }
        Optional<String> problem = path.equals("/ready") ? readiness.problem() : Optional.empty();
        exchange.answer(response, callback, problem.isEmpty() ? 200 : 503, state(problem));
    }

    private JsonObject state(Optional<String> problem) {
        JsonObject json = new JsonObject();
        json.addProperty("status", problem.isEmpty() ? "ok" : "not ready");
        problem.ifPresent(reason -> json.addProperty("reason", reason));
        json.addProperty("adapters", adapters.count());
        json.addProperty("computed_in", Precision.nameOf(adapters.model().precision()));
        return json;
    }
}
