/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Passes the bytes of an answer on as they come, and counts them. After {@link #stop} nothing is
 * passed on any more, whatever still comes.
 */
final class Receiver implements BodySubscriber<Void> {

    private final HubHttp.Sink sink;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Flow.Subscription subscription;
    private Exception failure;
    private long received;
    private boolean stopped;

    Receiver(HubHttp.Sink sink) {
        this.sink = sink;
    }

    /** Receives an answer that brings what was asked for; what others bring is passed over. */
    synchronized BodySubscriber<Void> receive(ResponseInfo answer) {
        if (sink == null || stopped || !HubHttp.isContent(answer.statusCode())) {
            return BodySubscribers.replacing(null);
        }
        try {
            sink.begin(answer.statusCode(), answer.headers());
            return this;
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw new IllegalStateException(e); // Java's client ends the exchange
        }
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        if (stopped) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                received += buffer.remaining();
                sink.accept(buffer);
            }
            subscription.request(1);
        } catch (IOException | RuntimeException e) {
            failure = e;
            subscription.cancel();
            done.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable cause) {
        done.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }

    /** Returns how many bytes have come. */
    synchronized long received() {
        return received;
    }

    /** Ends the reception. */
    synchronized void stop() {
        stopped = true;
    }

    /** Throws what the sink threw, if it did. */
    synchronized void throwFailure() throws IOException {
        if (failure instanceof IOException checked) {
            throw checked;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }
}
