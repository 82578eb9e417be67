/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonElement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * An answer that is sent event by event, as OpenAI's clients read it. Who sends never waits for the
 * client: what a slow one has not taken yet is kept, and goes out together.
 */
final class EventStream {

    private static final String TYPE = "text/event-stream; charset=utf-8";
    private static final String END = "[DONE]";

    private final Exchange exchange;
    private final Response response;
    private final Callback callback;
    private final Writer writer = new Writer();

    /** Guarded by this, as all that follows. */
    private final StringBuilder waiting = new StringBuilder();

    private boolean begun;
    private boolean ended;
    private boolean gone;

    EventStream(Exchange exchange, Response response, Callback callback) {
        this.exchange = exchange;
        this.response = response;
        this.callback = callback;
    }

    /** Tells whether something was sent, so that the status of the answer stands. */
    synchronized boolean isBegun() {
        return begun;
    }

    /** Tells whether the client has gone, so that nothing more is sent. */
    synchronized boolean isGone() {
        return gone;
    }

    /** Sends an event. */
    void send(JsonElement event) {
        add(event.toString(), false);
    }

    /** Sends the last event, which says that it is the last. */
    void end() {
        add(END, true);
    }

    /** Ends with the reason why there will be no more. */
    void fail(Refusal refusal) {
        add(exchange.error(refusal).toString(), true);
    }

    private void add(String event, boolean last) {
        synchronized (this) {
            if (gone) {
                return;
            }
            if (!begun) {
                begun = true;
                response.setStatus(200);
                HttpFields.Mutable headers = response.getHeaders();
                exchange.identify(response);
                headers.put(HttpHeader.CONTENT_TYPE, TYPE);
                headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
            }
            waiting.append("data: ").append(event).append("\n\n");
            ended = last;
        }
        writer.iterate();
    }

    /** Sends what waits, until all is sent. */
    private final class Writer extends IteratingCallback {

        private boolean sentAll;

        @Override
        protected Action process() {
            ByteBuffer next;
            synchronized (EventStream.this) {
                if (sentAll) {
                    return Action.SUCCEEDED;
                }
                if (waiting.isEmpty()) {
                    return Action.IDLE;
                }
                next = StandardCharsets.UTF_8.encode(waiting.toString());
                waiting.setLength(0);
                sentAll = ended;
            }
            response.write(sentAll, next, this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable failure) {
            synchronized (EventStream.this) {
                gone = true;
            }
            callback.failed(failure);
        }
    }
}
