/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonElement;

/**
 * What a client asks for.
 *
 * @param request what is to be predicted
 * @param form the form of the answer in the client's API
 */
record Asked(PredictRequest request, Form form) {

    /** The form of an answer. */
    @FunctionalInterface
    interface Form {

        /** Returns the answer. */
        JsonElement of(Predicted predicted) throws Refusal;
    }

    /** Reads the body of a request. */
    @FunctionalInterface
    interface Reader {

        /** Reads JSON in UTF-8; a refusal says what is wrong. */
        Asked read(byte[] body) throws Refusal;
    }
}
