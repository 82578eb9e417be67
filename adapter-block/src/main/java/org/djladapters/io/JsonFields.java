/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The fields of a JSON object, each checked to be of the type that it is read as. A field that is
 * missing or null is absent. A field of another type is refused in one sentence that names the
 * file, the field, its value and what is expected.
 */
public class JsonFields {

    private static final String NUMBERS_BY_NAME = "an object with numbers as values";
    private static final String STRINGS_BY_NAME = "an object with string values";

    private final String source;
    private final JsonObject json;

    /** Views an object of a file, which messages name. */
    public JsonFields(String source, JsonObject json) {
        this.source = source;
        this.json = json;
    }

    /** Reads a file, which must be there. */
    public static JsonFields read(Path file) throws IOException {
        return new JsonFields(file.toString(), object(file.toString(), JsonFiles.read(file)));
    }

    /** Reads text, which comes from a source that messages name. */
    public static JsonFields parse(String source, String text) throws MalformedFileException {
        return new JsonFields(source, object(source, JsonFiles.parse(source, text)));
    }

    /** Reads a file; one that is not there has no fields. */
    public static JsonFields readIfPresent(Path file) throws IOException {
        return Files.isRegularFile(file)
                ? read(file)
                : new JsonFields(file.toString(), new JsonObject());
    }

    /** Returns JSON as an object; anything else is refused. */
    public static JsonObject object(String source, JsonElement json) throws MalformedFileException {
        return of(source, json, "is not a JSON object; get or save the file again").json;
    }

    /** Views JSON as an object; anything else is refused with a problem. */
    public static JsonFields of(String source, JsonElement json, String problem)
            throws MalformedFileException {
        if (json instanceof JsonObject object) {
            return new JsonFields(source, object);
        }
        throw new MalformedFileException(source, problem);
    }

    /** Returns the file that the fields are from, as messages name it. */
    public final String source() {
        return source;
    }

    /** Returns the object itself. */
    public final JsonObject json() {
        return json;
    }

    /** Tells whether a field is there and not null. */
    public final boolean has(String name) {
        return get(name) != null;
    }

    /** Tells whether a field is one string, where it might be a list. */
    public final boolean isString(String name) {
        return text(name).isPresent();
    }

    /** Tells whether a field is a list. */
    public final boolean isList(String name) {
        return get(name) instanceof JsonArray;
    }

    /** Returns a string, empty if the field is absent or of another type, which is no mistake. */
    public final Optional<String> text(String name) {
        return Optional.ofNullable(get(name))
                .filter(JsonFields::isText)
                .map(JsonElement::getAsString);
    }

    /** Tells whether a value, which may be null, is a string. */
    public static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }

    /** Returns the fields inside a field; none if it is absent or of another type. */
    public final JsonFields within(String name) {
        return new JsonFields(
                source, get(name) instanceof JsonObject object ? object : new JsonObject());
    }

    /** Returns a list of objects. */
    public final List<JsonFields> objects(String name) throws MalformedFileException {
        return list(
                name,
                value -> {
                    if (value instanceof JsonObject object) {
                        return new JsonFields(source, object);
                    }
                    throw wrong(name, "a list of objects");
                });
    }

    /** Returns the value of a field, or null if it is absent. Every other method asks this one. */
    protected JsonElement get(String name) {
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull() ? null : value;
    }

    /** Returns a string, empty if it is absent. */
    public final Optional<String> string(String name) throws MalformedFileException {
        JsonElement value = get(name);
        return value == null ? Optional.empty() : Optional.of(string(name, value, "a string"));
    }

    /** Returns a string. */
    public final String string(String name, String absent) throws MalformedFileException {
        return string(name).orElse(absent);
    }

    /** Returns true or false. */
    public final boolean bool(String name, boolean absent) throws MalformedFileException {
        JsonElement value = get(name);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof JsonPrimitive truth && truth.isBoolean())) {
            throw wrong(name, "true or false");
        }
        return value.getAsBoolean();
    }

    /** Returns a whole number. */
    public final int integer(String name, int absent) throws MalformedFileException {
        JsonElement value = get(name);
        return value == null ? absent : integer(name, value, "a whole number");
    }

    /**
     * Returns the first of several fields that is there: a whole number of at least {@code least}.
     */
    public final OptionalInt atLeast(int least, String... names) throws MalformedFileException {
        for (String name : names) {
            JsonElement value = get(name);
            if (value != null) {
                return OptionalInt.of(atLeast(least, name, value));
            }
        }
        return OptionalInt.empty();
    }

    /** Returns a value that belongs to a field: a whole number of at least {@code least}. */
    public final int atLeast(int least, String name, JsonElement value)
            throws MalformedFileException {
        String expected = "a whole number of at least " + least;
        int number = integer(name, value, expected);
        if (number < least) {
            throw wrong(name, expected);
        }
        return number;
    }

    /** Returns a whole number of up to 64 bits. */
    public final long longInteger(String name, long absent) throws MalformedFileException {
        JsonElement value = get(name);
        if (value == null) {
            return absent;
        }
        try {
            return decimal(name, value, "a whole number").longValueExact();
        } catch (ArithmeticException e) {
            throw wrong(name, "a whole number below 2^63", e);
        }
    }

    /** Returns a number. */
    public final double number(String name, double absent) throws MalformedFileException {
        JsonElement value = get(name);
        return value == null ? absent : decimal(name, value, "a number").doubleValue();
    }

    /** Returns the elements of a list; any other value stands for a list of one. */
    public final List<JsonElement> elements(String name) {
        JsonElement value = get(name);
        if (value == null) {
            return List.of();
        }
        return value instanceof JsonArray array ? array.asList() : List.of(value);
    }

    /** Reads a value inside a field. */
    private interface Reading<T> {
        T of(JsonElement value) throws MalformedFileException;
    }

    private <T> List<T> list(String name, Reading<T> reading) throws MalformedFileException {
        List<T> values = new ArrayList<>();
        for (JsonElement element : elements(name)) {
            values.add(reading.of(element));
        }
        return values;
    }

    /** Returns a list of strings; one string stands for a list of one. */
    public final List<String> strings(String name) throws MalformedFileException {
        return list(name, value -> string(name, value, "a list of strings"));
    }

    /** Returns a list of whole numbers; one number stands for a list of one. */
    public final List<Integer> integers(String name) throws MalformedFileException {
        return list(name, value -> integer(name, value, "a list of whole numbers"));
    }

    /** Returns a list of numbers; one number stands for a list of one. */
    public final List<Double> numbers(String name) throws MalformedFileException {
        return list(name, value -> decimal(name, value, "a list of numbers").doubleValue());
    }

    /** Returns an object, empty if it is absent. */
    public final Optional<JsonObject> object(String name) throws MalformedFileException {
        JsonElement value = get(name);
        if (value != null && !value.isJsonObject()) {
            throw wrong(name, "an object");
        }
        return Optional.ofNullable((JsonObject) value);
    }

    private <T> Map<String, T> map(String name, String expected, Reading<T> reading)
            throws MalformedFileException {
        JsonElement value = get(name);
        if (value != null && !value.isJsonObject()) {
            throw wrong(name, expected);
        }
        Map<String, T> values = new LinkedHashMap<>();
        if (value instanceof JsonObject object) {
            for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
                values.put(entry.getKey(), reading.of(entry.getValue()));
            }
        }
        return values;
    }

    /** Returns strings by name. */
    public final Map<String, String> stringMap(String name) throws MalformedFileException {
        return map(name, STRINGS_BY_NAME, value -> string(name, value, STRINGS_BY_NAME));
    }

    /** Returns whole numbers by name. */
    public final Map<String, Integer> integerMap(String name) throws MalformedFileException {
        return map(
                name,
                NUMBERS_BY_NAME,
                value -> {
                    decimal(name, value, NUMBERS_BY_NAME);
                    return integer(name, value, "a whole number");
                });
    }

    /** Returns numbers by name. */
    public final Map<String, Double> numberMap(String name) throws MalformedFileException {
        return map(
                name,
                NUMBERS_BY_NAME,
                value -> decimal(name, value, NUMBERS_BY_NAME).doubleValue());
    }

    /** Returns the error for a field of another value than expected. */
    public final MalformedFileException wrong(String name, String expected) {
        return wrong(name, expected, null);
    }

    /**
     * Returns the error for a field of another value than expected, with its cause. Every other
     * method asks this one for its sentence.
     */
    public MalformedFileException wrong(String name, String expected, Throwable cause) {
        return invalid(
                "the field %s is %s where %s is expected; get or save the file again"
                        .formatted(quote(name), quote(String.valueOf(json.get(name))), expected),
                cause);
    }

    /** Returns the error for a field that must be there. */
    public final MalformedFileException missing(String name, String expected) {
        return invalid("the field %s is missing; it must be %s".formatted(quote(name), expected));
    }

    /** Returns the error for any other fault of the file. */
    public final MalformedFileException invalid(String problem) {
        return invalid(problem, null);
    }

    /** Returns the error for any other fault of the file, with its cause. */
    public final MalformedFileException invalid(String problem, Throwable cause) {
        return new MalformedFileException(source, problem, cause);
    }

    private String string(String name, JsonElement value, String expected)
            throws MalformedFileException {
        if (!isText(value)) {
            throw wrong(name, expected);
        }
        return value.getAsString();
    }

    private int integer(String name, JsonElement value, String expected)
            throws MalformedFileException {
        try {
            return decimal(name, value, expected).intValueExact();
        } catch (ArithmeticException e) {
            throw wrong(name, expected, e);
        }
    }

    private BigDecimal decimal(String name, JsonElement value, String expected)
            throws MalformedFileException {
        if (!(value instanceof JsonPrimitive number && number.isNumber())) {
            throw wrong(name, expected);
        }
        try {
            return value.getAsBigDecimal();
        } catch (NumberFormatException e) {
            throw wrong(name, expected, e);
        }
    }
}
