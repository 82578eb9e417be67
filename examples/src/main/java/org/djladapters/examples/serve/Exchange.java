/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request and its answer, with what metrics and the access log tell of it. */
final class Exchange {

    private static final String JSON = "application/json; charset=utf-8";

    private static final String ID = "X-Request-Id";

    /** An id of a client that can stand in a log as it is. */
    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private static final String ATTRIBUTE = Exchange.class.getName();

    private static final String RETRY_SECONDS = "1";

    private final Request request;
    private final String id;
    private final long begun = System.nanoTime();

    private String adapter = ServerMetrics.NONE;
    private int inputs;

    private Exchange(Request request) {
        this.request = request;
        String sent = request.getHeaders().get(ID);
        id =
                sent != null && PLAIN_ID.matcher(sent).matches()
                        ? sent
                        : "%016x".formatted(ThreadLocalRandom.current().nextLong());
    }

    /** Returns that of a request, which is made at the first call. */
    static Exchange of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Exchange exchange) {
            return exchange;
        }
        Exchange exchange = new Exchange(request);
        request.setAttribute(ATTRIBUTE, exchange);
        return exchange;
    }

    /** Notes what a request is about. */
    void describe(String adapter, int inputs) {
        this.adapter = adapter;
        this.inputs = inputs;
    }

    String id() {
        return id;
    }

    /** Returns the name of an adapter that is served, or a label of {@link ServerMetrics}. */
    String adapter() {
        return adapter;
    }

    int inputs() {
        return inputs;
    }

    long nanos() {
        return System.nanoTime() - begun;
    }

    String path() {
        return Request.getPathInContext(request);
    }

    /** Answers with JSON. */
    void answer(Response response, Callback callback, int status, JsonElement json) {
        answer(response, callback, status, JSON, json + "\n");
    }

    /** Answers with the sentence of a refusal. */
    void refuse(Response response, Callback callback, Refusal refusal) {
        HttpFields.Mutable headers = response.getHeaders();
        switch (refusal.status()) {
            case 429, 503 -> headers.put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
            case 401 -> headers.put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            // the rest of the request is not read
            case 408, 413 -> headers.put(HttpHeader.CONNECTION, "close");
            default -> {}
        }
        answer(response, callback, refusal.status(), error(refusal));
    }

    /** Answers with a text; of a HEAD request, the server sends the headers alone. */
    void answer(Response response, Callback callback, int status, String type, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        HttpFields.Mutable headers = response.getHeaders();
        identify(response);
        headers.put(HttpHeader.CONTENT_TYPE, type);
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Adds the id of the request to an answer. */
    void identify(Response response) {
        response.getHeaders().put(ID, id);
    }

    /** Returns the sentence of a refusal in the form of the API that was asked. */
    JsonObject error(Refusal refusal) {
        JsonObject json = new JsonObject();
        if (Apis.isOpenAi(path())) {
            JsonObject error = new JsonObject();
            error.addProperty("message", refusal.getMessage());
            error.addProperty(
                    "type", refusal.status() < 500 ? "invalid_request_error" : "server_error");
            error.add("param", JsonNull.INSTANCE);
            error.add("code", JsonNull.INSTANCE);
            json.add("error", error);
        } else {
            json.addProperty("error", refusal.getMessage());
        }
        return json;
    }

    /** Refuses another method than the one of a path, HEAD going with GET. */
    void requireMethod(Response response, String method) throws Refusal {
        String asked = request.getMethod();
        if (!asked.equals(method) && !(method.equals("GET") && asked.equals("HEAD"))) {
            response.getHeaders()
                    .put(HttpHeader.ALLOW, method.equals("GET") ? "GET, HEAD" : method);
            throw new Refusal(405, "%s takes %s, not %s".formatted(path(), method, asked));
        }
    }
}
