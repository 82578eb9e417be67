/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.examples.prediction.TextRow;

/**
 * A request for predictions.
 *
 * @param adapter the name of the adapter, null for the base model
 * @param pairs whether the inputs are pairs of texts
 * @param rows the inputs
 * @param counted whether their tokens are counted, if they get vectors
 */
record PredictRequest(String adapter, boolean pairs, List<TextRow> rows, boolean counted) {

    private static final String ADAPTER = "adapter";
    private static final String INPUTS = "inputs";
    private static final String TEXT = "text";
    private static final String TEXT_PAIR = "text_pair";

    PredictRequest {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a request.
     *
     * @param body JSON in UTF-8
     * @param maxInputs the largest number of inputs
     * @throws Refusal if it is malformed
     */
    static PredictRequest parse(byte[] body, int maxInputs) throws Refusal {
        JsonObject request = Fields.object(body, Set.of(ADAPTER, INPUTS));
        if (!(request.get(INPUTS) instanceof JsonArray inputs)) {
            throw Refusal.badRequest("The request has no list 'inputs'");
        }
        Fields.requireNumber(inputs.asList(), INPUTS, maxInputs);
        List<TextRow> rows = new ArrayList<>();
        for (JsonElement input : inputs) {
            rows.add(row("Input " + (rows.size() + 1), input));
        }
        long pairs = rows.stream().filter(row -> row.pair().isPresent()).count();
        if (pairs > 0 && pairs < rows.size()) {
            throw Refusal.badRequest(
                    "Some inputs are pairs and others are single texts; send two requests");
        }
        return new PredictRequest(adapter(request.get(ADAPTER)), pairs > 0, rows, false);
    }

    private static String adapter(JsonElement name) throws Refusal {
        if (name == null || name.isJsonNull()) {
            return null;
        }
        return string(name).orElseThrow(() -> Refusal.badRequest("The field 'adapter' is no text"));
    }

    private static TextRow row(String where, JsonElement input) throws Refusal {
        Optional<String> single = string(input);
        if (single.isPresent()) {
            return new TextRow(where, single.get(), Optional.empty());
        }
        if (!(input instanceof JsonObject object)) {
            throw Refusal.badRequest(
                    where + " is neither a text nor an object with 'text' and 'text_pair'");
        }
        Fields.requireKnown(object, Set.of(TEXT, TEXT_PAIR), where);
        String text =
                string(object.get(TEXT))
                        .orElseThrow(() -> Refusal.badRequest(where + " has no text 'text'"));
        Optional<String> pair = string(object.get(TEXT_PAIR));
        if (pair.isEmpty() && object.has(TEXT_PAIR)) {
            throw Refusal.badRequest(where + " has a 'text_pair' that is no text");
        }
        return new TextRow(where, text, pair);
    }

    private static Optional<String> string(JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString()
                ? Optional.of(primitive.getAsString())
                : Optional.empty();
    }
}
