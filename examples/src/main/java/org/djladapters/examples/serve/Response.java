/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** An answer; the headers are those besides the content type. */
record Response(int status, String type, String text, Map<String, String> headers) {

    private static final String JSON = "application/json; charset=utf-8";

    /** Prometheus's text format. */
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private static final String RETRY_SECONDS = "1";

    static Response json(int status, JsonObject json) {
        return new Response(status, JSON, json.toString() + "\n", Map.of());
    }

    static Response metrics(String text) {
        return new Response(200, METRICS, text, Map.of());
    }

    /** Returns the sentence of a refusal as JSON. */
    static Response of(Refusal refusal) {
        JsonObject json = new JsonObject();
        json.addProperty("error", refusal.getMessage());
        Response response = json(refusal.status(), json);
        return switch (refusal.status()) {
            case 503 -> response.with("Retry-After", RETRY_SECONDS);
            // the rest of the body is not read
            case 413 -> response.ending();
            default -> response;
        };
    }

    /** Returns the same answer with a header that closes the connection. */
    Response ending() {
        return with("Connection", "close");
    }

    private Response with(String header, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(header, value);
        return new Response(status, type, text, all);
    }

    /** Sends the answer and ends the exchange. */
    void send(HttpExchange exchange) throws IOException {
        Headers sent = exchange.getResponseHeaders();
        sent.set("Content-Type", type);
        headers.forEach(sent::set);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}
