/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import java.util.Arrays;
import java.util.Map;

/** The answer to a request, which is filled in place by place. */
final class Answer {

    private static final int LONGEST_LINE = 200;

    private final Object[] results;
    private final boolean isList;

    private int code;
    private String error;

    private Answer(int places, boolean isList) {
        results = new Object[places];
        this.isList = isList;
    }

    /** Returns an answer with a place for every input. */
    static Answer to(Request request) {
        return new Answer(request.items().size(), request.isList());
    }

    /** Returns an answer that says what is wrong. */
    static Answer failed(int code, String error) {
        Answer answer = new Answer(0, false);
        answer.fail(code, error);
        return answer;
    }

    void set(int place, Object result) {
        results[place] = result;
    }

    void fail(int code, String error) {
        this.code = code;
        this.error = error;
    }

    /**
     * Returns the answer as DJL's own translators write theirs; what failed has a code that says
     * so. The message is for the status line of HTTP, which has one line of limited length; the
     * content says all.
     */
    Output output() {
        Output output = error == null ? new Output() : new Output(code, statusLine(error));
        output.addProperty("Content-Type", "application/json");
        output.add(BytesSupplier.wrapAsJson(error == null ? content() : content(error)));
        return output;
    }

    private Object content() {
        return isList ? Arrays.asList(results) : results[0];
    }

    private static String statusLine(String message) {
        String line = message.replaceAll("[^\\x20-\\x7e]+", " ");
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE);
    }

    private Object content(String message) {
        return Map.of("code", code, "error", message);
    }
}
