/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.io.JsonFields;
import org.djladapters.io.StrictJson;

/** The fields of requests; a refusal names the field. */
final class Fields {

    private Fields() {}

    /** Reads a body that is an object, without fields that are null, and refuses unknown ones. */
    static JsonObject object(byte[] body, Set<String> known) throws Refusal {
        JsonElement json;
        try {
            json = StrictJson.parse(body);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
        if (!(json instanceof JsonObject object)) {
            throw Refusal.badRequest(
                    "The request is no JSON object; its fields are "
                            + known.stream().sorted().toList());
        }
        dropNulls(object);
        requireKnown(object, known, "The request");
        return object;
    }

    /** Removes fields that are null, which some clients send in place of leaving them out. */
    static void dropNulls(JsonObject object) {
        object.entrySet().removeIf(field -> field.getValue().isJsonNull());
    }

    /** Refuses other fields: a misspelled one would be ignored. */
    static void requireKnown(JsonObject object, Set<String> known, String what) throws Refusal {
        try {
            StrictJson.requireFields(object, known, what);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }

    /** Refuses no inputs, and more than a server takes. */
    static void requireNumber(List<JsonElement> inputs, String name, int maxInputs) throws Refusal {
        if (inputs.isEmpty()) {
            throw Refusal.badRequest("The list '%s' is empty".formatted(name));
        }
        if (inputs.size() > maxInputs) {
            throw Refusal.badRequest(
                    "The request has %d inputs, but this server takes at most %d in one request"
                            .formatted(inputs.size(), maxInputs));
        }
    }

    static String text(JsonObject json, String name) throws Refusal {
        return text(json, name, "The request");
    }

    static String text(JsonObject json, String name, String what) throws Refusal {
        return text(json.get(name), name, what);
    }

    static String text(JsonElement value, String name, String what) throws Refusal {
        if (!JsonFields.isText(value)) {
            throw Refusal.badRequest("%s has no text '%s'".formatted(what, name));
        }
        return value.getAsString();
    }

    static Optional<Boolean> flag(JsonObject json, String name) throws Refusal {
        JsonElement value = json.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof JsonPrimitive flag && flag.isBoolean()) {
            return Optional.of(flag.getAsBoolean());
        }
        throw Refusal.badRequest("'%s' is true or false".formatted(name));
    }

    /** Refuses a flag that can't be honoured. */
    static void require(JsonObject json, String name, boolean only) throws Refusal {
        require(json, name, new JsonPrimitive(only));
    }

    /** Refuses a value that can't be honoured. */
    static void require(JsonObject json, String name, JsonElement only) throws Refusal {
        JsonElement value = json.get(name);
        if (value != null && !value.equals(only)) {
            throw Refusal.badRequest(
                    "'%s' can only be %s here; leave it out".formatted(name, only));
        }
    }

    static Optional<Integer> positive(JsonObject json, String name) throws Refusal {
        Optional<Long> number = wholeNumber(json, name);
        if (number.isPresent() && (number.get() < 1 || number.get() > Integer.MAX_VALUE)) {
            throw Refusal.badRequest("'%s' is a whole number of at least 1".formatted(name));
        }
        return number.map(Long::intValue);
    }

    static Optional<Long> wholeNumber(JsonObject json, String name) throws Refusal {
        Optional<BigDecimal> number = decimal(json, name, "a whole number");
        try {
            return number.map(BigDecimal::longValueExact);
        } catch (ArithmeticException e) {
            throw Refusal.badRequest("'%s' is a whole number".formatted(name));
        }
    }

    static Optional<Double> number(JsonObject json, String name) throws Refusal {
        return decimal(json, name, "a number").map(BigDecimal::doubleValue);
    }

    private static Optional<BigDecimal> decimal(JsonObject json, String name, String what)
            throws Refusal {
        JsonElement value = json.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            if (value instanceof JsonPrimitive number && number.isNumber()) {
                return Optional.of(number.getAsBigDecimal());
            }
        } catch (NumberFormatException e) {
            // it is no finite number
        }
        throw Refusal.badRequest("'%s' is %s".formatted(name, what));
    }

    /**
     * Reads a text or a list of texts.
     *
     * @param query the first text of each pair, if they are the second ones
     */
    static List<TextRow> rows(JsonElement texts, String name, Optional<String> query, int maxInputs)
            throws Refusal {
        if (texts == null) {
            throw Refusal.badRequest("The request has no '%s'".formatted(name));
        }
        List<JsonElement> all = texts instanceof JsonArray list ? list.asList() : List.of(texts);
        requireNumber(all, name, maxInputs);
        List<TextRow> rows = new ArrayList<>();
        for (JsonElement text : all) {
            String where = "Input " + (rows.size() + 1);
            if (!JsonFields.isText(text)) {
                throw Refusal.badRequest(where + " is no text; lists of tokens are not taken");
            }
            String string = text.getAsString();
            rows.add(
                    query.isPresent()
                            ? new TextRow(where, query.get(), Optional.of(string))
                            : new TextRow(where, string, Optional.empty()));
        }
        return rows;
    }
}
