/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.djladapters.generation.GeneratedText;
import org.djladapters.serving.ServedAdapters;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** Answers requests for predictions, and tells which adapters there are. No thread waits here. */
final class PredictHandler extends Handler.Abstract.NonBlocking {

    private static final String BEARER = "Bearer ";

    private final ServedAdapters<?> adapters;
    private final Apis apis;
    private final Predictions predictions;
    private final ServerOptions options;
    private final ServerMetrics metrics;
    private final Consumer<Throwable> log;

    /**
     * Creates a handler.
     *
     * @param log takes failures whose reasons clients do not get
     */
    PredictHandler(
            ServedAdapters<?> adapters,
            Apis apis,
            Predictions predictions,
            ServerOptions options,
            ServerMetrics metrics,
            Consumer<Throwable> log) {
        this.adapters = adapters;
        this.apis = apis;
        this.predictions = predictions;
        this.options = options;
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = Exchange.of(request);
        // a request that waits for its turn passes nothing for a while
        request.addIdleTimeoutListener(timeout -> false);
        try {
            requireKey(request);
            Optional<Asked.Reader> reader = apis.reader(exchange.path());
            if (reader.isPresent()) {
                predict(exchange, reader.get(), request, response, callback);
            } else {
                JsonObject json = apis.described(exchange.path());
                exchange.requireMethod(response, "GET");
                metrics.count(200);
                exchange.answer(response, callback, 200, json);
            }
        } catch (Refusal | RuntimeException | Error e) {
            Refusal refusal = refusal(e);
            metrics.count(refusal.status());
            exchange.refuse(response, callback, refusal);
        }
        return true;
    }

    /** Refuses clients without the key, in a time that tells nothing of it. */
    private void requireKey(Request request) throws Refusal {
        if (options.key().isEmpty()) {
            return;
        }
        byte[] key = (BEARER + options.key().get()).getBytes(StandardCharsets.UTF_8);
        String sent = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (sent == null || !MessageDigest.isEqual(key, sent.getBytes(StandardCharsets.UTF_8))) {
            throw new Refusal(401, "Send the key of this server: Authorization: Bearer KEY");
        }
    }

    private void predict(
            Exchange exchange,
            Asked.Reader reader,
            Request request,
            Response response,
            Callback callback)
            throws Refusal {
        exchange.requireMethod(response, "POST");
        if (request.getLength() > options.maxBody()) {
            throw tooLarge();
        }
        EventStream stream = new EventStream(exchange, response, callback);
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request, options.maxBody(), Promise.Invocable.toPromise(read));
        CompletableFuture<Object> unused =
                read.orTimeout(options.timeout().toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionallyCompose(
                                failure ->
                                        CompletableFuture.failedFuture(ofBody(unwrapped(failure))))
                        .thenCompose(body -> submit(exchange, reader, body, stream))
                        .handle(
                                (json, failure) -> {
                                    Optional<Refusal> refusal = note(exchange, failure);
                                    if (stream.isBegun()) {
                                        refusal.ifPresent(stream::fail);
                                    } else if (refusal.isPresent()) {
                                        exchange.refuse(response, callback, refusal.get());
                                    } else {
                                        exchange.answer(response, callback, 200, json);
                                    }
                                    return null;
                                })
                        .exceptionally(
                                failure -> { // such as a lack of memory for the answer
                                    log.accept(unwrapped(failure));
                                    callback.failed(failure);
                                    return null;
                                });
    }

    /** Counts a request that has ended, and returns why it failed, if so. */
    private Optional<Refusal> note(Exchange exchange, Throwable failure) {
        Optional<Refusal> refusal = Optional.ofNullable(failure).map(this::refusal);
        int status = refusal.map(Refusal::status).orElse(200);
        metrics.count(status);
        metrics.time(exchange.adapter(), status, exchange.nanos());
        return refusal;
    }

    /** Returns the answer to a request; nothing of use if it goes to the stream. */
    private CompletableFuture<JsonElement> submit(
            Exchange exchange, Asked.Reader reader, byte[] body, EventStream stream) {
        try {
            Asked asked = reader.read(body);
            exchange.describe(label(asked.adapter()), asked.inputs());
            if (asked instanceof Asked.Prediction prediction) {
                return predictions
                        .submit(prediction.request())
                        .thenCompose(predicted -> inForm(prediction.form(), predicted));
            }
            return texts((Asked.Texts) asked, stream);
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<JsonElement> inForm(
            Asked.Prediction.Form form, Predicted predicted) {
        try {
            return CompletableFuture.completedFuture(form.of(predicted));
        } catch (Refusal e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<JsonElement> texts(Asked.Texts asked, EventStream stream)
            throws Refusal {
        OpenAiTexts form = asked.form();
        if (asked.stream().isEmpty()) {
            return predictions
                    .submit(asked.request(), (index, piece) -> true)
                    .thenApply(texts -> form.whole(counted(texts)));
        }
        return predictions
                .submit(
                        asked.request(),
                        (index, piece) -> {
                            begin(stream, form);
                            stream.send(form.piece(index, piece));
                            return !stream.isGone();
                        })
                .thenApply(
                        texts -> {
                            begin(stream, form);
                            form.ends(counted(texts), asked.stream().get()).forEach(stream::send);
                            stream.end();
                            return JsonNull.INSTANCE;
                        });
    }

    private static void begin(EventStream stream, OpenAiTexts form) {
        if (!stream.isBegun()) {
            form.first().ifPresent(stream::send);
        }
    }

    private List<GeneratedText> counted(List<GeneratedText> texts) {
        metrics.count(texts);
        return texts;
    }

    /** Names no adapter that a client has made up. */
    private String label(String adapter) {
        if (adapter == null) {
            return ServerMetrics.BASE;
        }
        return adapters.serves(adapter) ? adapter : ServerMetrics.NONE;
    }

    private Refusal ofBody(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new Refusal(
                    408,
                    "The request did not come within %s seconds"
                            .formatted(options.timeout().toMillis() / 1000.0));
        }
        return failure instanceof IllegalStateException
                ? tooLarge()
                : Refusal.badRequest("The request ended before it was complete");
    }

    private Refusal tooLarge() {
        return new Refusal(
                413,
                "The request is larger than %d bytes, the most that this server takes"
                        .formatted(options.maxBody()));
    }

    private Refusal refusal(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        log.accept(cause);
        return Refusal.failed();
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
