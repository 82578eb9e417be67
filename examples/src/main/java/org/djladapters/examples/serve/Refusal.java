/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

/** The reason why a request gets no predictions: an HTTP status and one sentence. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    private Refusal(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    static Refusal badRequest(String sentence) {
        return new Refusal(400, sentence);
    }

    static Refusal notFound(String sentence) {
        return new Refusal(404, sentence);
    }

    static Refusal wrongMethod(String sentence) {
        return new Refusal(405, sentence);
    }

    static Refusal tooLarge(String sentence) {
        return new Refusal(413, sentence);
    }

    static Refusal failed(String sentence) {
        return new Refusal(500, sentence);
    }

    /** Refuses a request that may be sent again later. */
    static Refusal unavailable(String sentence) {
        return new Refusal(503, sentence);
    }

    int status() {
        return status;
    }
}
