/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/** Writes a line of JSON for every request when it is answered, without its texts. */
final class AccessLog implements RequestLog {

    /** The start of a path, which clients choose. */
    private static final int PATH_LENGTH = 100;

    private final Consumer<String> lines;

    AccessLog(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void log(Request request, Response response) {
        Exchange exchange = Exchange.of(request);
        String path = String.valueOf(exchange.path());
        boolean named = !exchange.adapter().equals(ServerMetrics.NONE);
        JsonObject line = new JsonObject();
        line.addProperty("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        line.addProperty("id", exchange.id());
        line.addProperty("method", request.getMethod());
        line.addProperty("path", path.substring(0, Math.min(PATH_LENGTH, path.length())));
        line.add("adapter", named ? new JsonPrimitive(exchange.adapter()) : JsonNull.INSTANCE);
        line.addProperty("status", response.getStatus());
        line.addProperty("inputs", exchange.inputs());
        line.addProperty("ms", Math.round(exchange.nanos() / 1e4) / 100.0);
        lines.accept(line.toString());
    }
}
