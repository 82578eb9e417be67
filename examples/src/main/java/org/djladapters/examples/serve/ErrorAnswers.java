/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers requests that don't reach a handler, such as malformed ones, as the handlers do. */
final class ErrorAnswers extends ErrorHandler {

    private final ServerMetrics metrics;
    private final Consumer<Throwable> log;

    ErrorAnswers(ServerMetrics metrics, Consumer<Throwable> log) {
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        metrics.count(status);
        if (status == 500 && request.getAttribute(ERROR_EXCEPTION) instanceof Throwable failure) {
            log.accept(failure);
        }
        Exchange.of(request)
                .refuse(
                        response,
                        callback,
                        status == 500 ? Refusal.failed() : new Refusal(status, sentence(status)));
        return true;
    }

    private static String sentence(int status) {
        return "This is no request that the server takes (%s)"
                .formatted(HttpStatus.getMessage(status));
    }
}
