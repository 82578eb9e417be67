/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

/** The reason why a request gets no predictions: an HTTP status and one sentence. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** What servers note for a client that does not wait for its answer. */
    private static final int GONE = 499;

    private final int status;

    Refusal(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    static Refusal badRequest(String sentence) {
        return new Refusal(400, sentence);
    }

    /** Refuses a request whose reason only the log tells. */
    static Refusal failed() {
        return new Refusal(500, "The request failed; the log says why");
    }

    /** Tells of a client that has gone, so that nobody reads this. */
    static Refusal gone() {
        return new Refusal(GONE, "The client has gone");
    }

    /** Refuses a request that may be sent again later. */
    static Refusal unavailable(String sentence) {
        return new Refusal(503, sentence);
    }

    /** Refuses a request that the server does not answer to the end, since it shuts down. */
    static Refusal closing() {
        return unavailable("The server is shutting down");
    }

    int status() {
        return status;
    }
}
