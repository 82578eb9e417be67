/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

/** Says why a request is not answered. */
final class RefusedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MALFORMED = 400;

    /** The status of DJL Serving if there is no adapter of a name. */
    private static final int NO_ADAPTER = 424;

    private final int code;

    private RefusedRequestException(int code, String message) {
        super(message);
        this.code = code;
    }

    static RefusedRequestException malformed(String message) {
        return new RefusedRequestException(MALFORMED, message);
    }

    static RefusedRequestException noAdapter(String message) {
        return new RefusedRequestException(NO_ADAPTER, message);
    }

    /** Returns the status of HTTP that says the same. */
    int code() {
        return code;
    }
}
