/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.tuning.FineTuner;

/**
 * The fields of an object of a sweep file, each checked to be of the type that it is read as. A
 * missing field is read as null; a field with the value null, and two of one name, are faults.
 * Faults are {@link IllegalArgumentException}s that name the place, such as {@code
 * methods[1].seeds[0]}.
 */
final class SweepFields {

    /** The replacements of keys of earlier versions. */
    private static final Map<String, String> FORMER =
            Map.of(
                    "learning_rates",
                    "give a method one 'learning_rate', or none for its default, and the file the"
                            + " factors of it that are tried as 'rates'",
                    "budgets",
                    "list each budget as a method of its own, with its 'options' or its 'budget'");

    private final String place;
    private final JsonObject json;

    private SweepFields(String place, JsonElement json, String... known) {
        if (!json.isJsonObject()) {
            throw fault(place.isEmpty() ? "the file" : place, json, "an object");
        }
        this.place = place.isEmpty() ? "" : place + ".";
        this.json = json.getAsJsonObject();
        for (String key : this.json.keySet()) {
            if (FORMER.containsKey(key)) {
                throw new IllegalArgumentException(
                        "%s is no longer known; %s"
                                .formatted(quote(this.place + key), FORMER.get(key)));
            }
            if (!List.of(known).contains(key)) {
                throw new IllegalArgumentException(
                        "%s is not known; known %s are %s"
                                .formatted(
                                        quote(this.place + key),
                                        place.isEmpty() ? "here" : "in " + quote(place),
                                        String.join(", ", known)));
            }
        }
    }

    /** Returns the fields of the whole file; only its text shows names that appear twice. */
    static SweepFields of(String text, JsonElement json, String... known) throws IOException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            requireEachOnce(reader);
        }
        return new SweepFields("", json, known);
    }

    private static void requireEachOnce(JsonReader reader) throws IOException {
        List<Set<String>> open = new ArrayList<>();
        while (reader.peek() != JsonToken.END_DOCUMENT) {
            switch (reader.peek()) {
                case BEGIN_OBJECT -> {
                    reader.beginObject();
                    open.add(new HashSet<>());
                }
                case END_OBJECT -> {
                    reader.endObject();
                    open.remove(open.size() - 1);
                }
                case BEGIN_ARRAY -> reader.beginArray();
                case END_ARRAY -> reader.endArray();
                case NAME -> {
                    String place = reader.getPath();
                    String name = reader.nextName();
                    if (!open.get(open.size() - 1).add(name)) {
                        throw new IllegalArgumentException(
                                "%s appears twice (at %s)".formatted(quote(name), place));
                    }
                }
                default -> reader.skipValue();
            }
        }
    }

    String text(String name) {
        JsonElement value = json.get(name);
        return value == null ? null : text(place + name, value);
    }

    /** Returns a text that must be there. */
    String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            throw new IllegalArgumentException(quote(place + name) + " is missing");
        }
        return text;
    }

    /** Returns a positive whole number. */
    Integer count(String name) {
        JsonElement value = json.get(name);
        if (value == null) {
            return null;
        }
        String wanted = "a whole number from 1 to " + Integer.MAX_VALUE;
        long count = whole(place + name, value, wanted);
        if (count < 1 || count > Integer.MAX_VALUE) {
            throw fault(place + name, value, wanted);
        }
        return (int) count;
    }

    Boolean flag(String name) {
        JsonElement value = json.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw fault(place + name, value, "true or false");
    }

    /** Returns a learning rate. */
    Double rate(String name) {
        JsonElement value = json.get(name);
        return value == null ? null : rate(new Element(place + name, value));
    }

    /** Returns a finite number. */
    Double number(String name) {
        JsonElement value = json.get(name);
        return value == null ? null : number(place + name, value, "a number");
    }

    List<Long> seeds(String name) {
        return list(
                name,
                "whole numbers",
                element -> whole(element.place(), element.value(), "a whole number"));
    }

    List<Double> factors(String name) {
        return list(name, "positive numbers", SweepFields::factor);
    }

    SweepFields object(String name, String... known) {
        JsonElement value = json.get(name);
        return value == null ? null : new SweepFields(place + name, value, known);
    }

    List<SweepFields> objects(String name, String... known) {
        return list(
                name,
                "objects",
                element -> new SweepFields(element.place(), element.value(), known));
    }

    /** An element of a list with its place. */
    private record Element(String place, JsonElement value) {}

    private <T> List<T> list(String name, String what, Function<Element, T> read) {
        JsonElement value = json.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof JsonArray array)) {
            throw fault(place + name, value, "a list of " + what);
        }
        List<T> list = new ArrayList<>();
        for (JsonElement element : array) {
            String at = place + name + "[" + list.size() + "]";
            T next = read.apply(new Element(at, element));
            if (list.contains(next)) {
                throw new IllegalArgumentException(
                        "%s is %s, which appears before; name each once"
                                .formatted(quote(at), quote(element.toString())));
            }
            list.add(next);
        }
        return list;
    }

    private static double factor(Element element) {
        double factor = number(element.place(), element.value(), "a positive number");
        if (factor <= 0) {
            throw fault(element.place(), element.value(), "a positive number");
        }
        return factor;
    }

    private static double rate(Element element) {
        double rate = number(element.place(), element.value(), "a positive number");
        try {
            FineTuner.builder().optLearningRate(rate);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(quote(element.place()) + ": " + e.getMessage(), e);
        }
        return rate;
    }

    private static String text(String place, JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw fault(place, value, "a string");
    }

    private static double number(String place, JsonElement value, String wanted) {
        if (value instanceof JsonPrimitive primitive
                && primitive.isNumber()
                && Double.isFinite(primitive.getAsDouble())) {
            return primitive.getAsDouble();
        }
        throw fault(place, value, wanted);
    }

    private static long whole(String place, JsonElement value, String wanted) {
        try {
            if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
                return primitive.getAsBigDecimal().longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw fault(place, value, wanted, e);
        }
        throw fault(place, value, wanted);
    }

    private static IllegalArgumentException fault(String place, JsonElement value, String wanted) {
        return fault(place, value, wanted, null);
    }

    private static IllegalArgumentException fault(
            String place, JsonElement value, String wanted, Exception cause) {
        return new IllegalArgumentException(
                "%s is %s where %s is needed"
                        .formatted(quote(place), quote(value.toString()), wanted),
                cause);
    }
}
