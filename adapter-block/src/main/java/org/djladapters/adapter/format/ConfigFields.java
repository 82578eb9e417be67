/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The fields of a configuration file, each of a type that is checked when it is read. A field that
 * is missing or null has its default.
 */
public final class ConfigFields {

    /** Fields that say where an adapter comes from or how it was started, not what it computes. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "auto_mapping",
                    "base_model_name_or_path",
                    "inference_mode",
                    "init_weights",
                    "peft_version",
                    "revision",
                    "task_type");

    private final String source;
    private final JsonObject json;
    private final Set<String> read = new HashSet<>();

    private ConfigFields(String source, JsonObject json) {
        this.source = source;
        this.json = json;
    }

    /** Reads the fields of a file. */
    public static ConfigFields read(Path file) throws IOException {
        return of(file.toString(), JsonFiles.read(file));
    }

    /**
     * Returns the fields of what was read already.
     *
     * @param source where it is from, for messages
     */
    public static ConfigFields of(String source, JsonElement json) throws MalformedFileException {
        if (!json.isJsonObject()) {
            throw new MalformedFileException(
                    source, "is not a JSON object; get or save the file again");
        }
        return new ConfigFields(source, json.getAsJsonObject());
    }

    /** Returns the same file with other fields. */
    public ConfigFields map(UnaryOperator<JsonObject> change) {
        return new ConfigFields(source, change.apply(json));
    }

    /** Tells whether a field is there and not null. */
    public boolean has(String name) {
        return get(name) != null;
    }

    /** Returns a text. */
    public String string(String name, String absent) throws IOException {
        JsonPrimitive value = primitive(name, "a string");
        if (value != null && !value.isString()) {
            throw wrong(name, "a string");
        }
        return value == null ? absent : value.getAsString();
    }

    /** Returns true or false. */
    public boolean bool(String name, boolean absent) throws IOException {
        JsonPrimitive value = primitive(name, "true or false");
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value == null ? absent : value.getAsBoolean();
    }

    /** Returns a whole number. */
    public int integer(String name, int absent) throws IOException {
        JsonPrimitive value = primitive(name, "a whole number");
        return value == null ? absent : integer(name, value);
    }

    /** Returns a whole number of up to 64 bits. */
    public long longInteger(String name, long absent) throws IOException {
        JsonPrimitive value = primitive(name, "a whole number");
        try {
            return value == null ? absent : value.getAsBigDecimal().longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(name, "a whole number below 2^63", e);
        }
    }

    /** Returns a number. */
    public double number(String name, double absent) throws IOException {
        JsonPrimitive value = primitive(name, "a number");
        if (value != null && !value.isNumber()) {
            throw wrong(name, "a number");
        }
        return value == null ? absent : value.getAsDouble();
    }

    /** Tells whether a field is one text, where it might be a list. */
    public boolean isString(String name) {
        return get(name) instanceof JsonPrimitive value && value.isString();
    }

    /** Returns a list of texts; one text stands for a list of one. */
    public List<String> strings(String name) throws IOException {
        List<String> strings = new ArrayList<>();
        for (JsonElement element : list(name)) {
            if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
                throw wrong(name, "a list of strings");
            }
            strings.add(element.getAsString());
        }
        return strings;
    }

    /** Returns a list of whole numbers; one number stands for a list of one. */
    public List<Integer> integers(String name) throws IOException {
        List<Integer> integers = new ArrayList<>();
        for (JsonElement element : list(name)) {
            if (!element.isJsonPrimitive()) {
                throw wrong(name, "a list of whole numbers");
            }
            integers.add(integer(name, element.getAsJsonPrimitive()));
        }
        return integers;
    }

    /** Returns whole numbers by name. */
    public Map<String, Integer> integerMap(String name) throws IOException {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonPrimitive> entry : map(name).entrySet()) {
            numbers.put(entry.getKey(), integer(name, entry.getValue()));
        }
        return numbers;
    }

    /** Returns numbers by name. */
    public Map<String, Double> numberMap(String name) throws IOException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonPrimitive> entry : map(name).entrySet()) {
            numbers.put(entry.getKey(), entry.getValue().getAsDouble());
        }
        return numbers;
    }

    /** Returns texts by name. */
    public Map<String, String> stringMap(String name) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (has(name) && object(name).isEmpty()) {
            throw wrong(name, "an object with string values");
        }
        for (Map.Entry<String, JsonElement> entry :
                object(name).orElseGet(JsonObject::new).entrySet()) {
            if (!(entry.getValue() instanceof JsonPrimitive text && text.isString())) {
                throw wrong(name, "an object with string values");
            }
            texts.put(entry.getKey(), text.getAsString());
        }
        return texts;
    }

    /** Returns an object; empty if the field is something else. */
    public Optional<JsonObject> object(String name) {
        return get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    /** Notes that fields do not matter, whatever they are. */
    public void ignore(String... names) {
        read.addAll(List.of(names));
    }

    /**
     * Refuses what was not read, unless it is known to be harmless or says nothing: null, false,
     * zero or empty.
     */
    public void refuseOthers() throws IOException {
        for (String name : json.keySet()) {
            if (!read.contains(name) && !HARMLESS.contains(name) && !saysNothing(json.get(name))) {
                throw new MalformedFileException(
                        source,
                        "the field "
                                + quote(name)
                                + " is "
                                + quote(json.get(name).toString())
                                + ", an option that is not known here and may change what the"
                                + " adapter computes; save the adapter without it");
            }
        }
    }

    /** Returns the error for a fault of a field's value. */
    public MalformedFileException invalid(String problem, Throwable cause) {
        return new MalformedFileException(source, problem, cause);
    }

    /** Returns the error for a text that is none of those that a field may be. */
    public MalformedFileException unexpected(String name, String value, String expected) {
        return invalid(
                "the field '%s' is %s where %s is expected; get or save the file again"
                        .formatted(name, quote(value), expected),
                null);
    }

    /** Returns the error for a field that can't do without a value. */
    public MalformedFileException missing(String name, String expected) {
        return new MalformedFileException(
                source, "the field " + quote(name) + " is missing; it must be " + expected);
    }

    /** Returns a number as PEFT writes it: without a fraction where it has none. */
    public static JsonPrimitive primitive(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE;
        return whole ? new JsonPrimitive((int) value) : new JsonPrimitive(value);
    }

    private static boolean saysNothing(JsonElement value) {
        if (value instanceof JsonArray array) {
            return array.isEmpty();
        }
        if (value instanceof JsonObject object) {
            return object.isEmpty();
        }
        return value.isJsonNull() || Set.of("false", "0", "0.0", "").contains(value.getAsString());
    }

    private JsonElement get(String name) {
        read.add(name);
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull() ? null : value;
    }

    private JsonPrimitive primitive(String name, String expected) throws IOException {
        JsonElement value = get(name);
        if (value != null && !value.isJsonPrimitive()) {
            throw wrong(name, expected);
        }
        return (JsonPrimitive) value;
    }

    private JsonArray list(String name) throws IOException {
        JsonElement value = get(name);
        JsonArray list = new JsonArray();
        if (value instanceof JsonArray array) {
            list = array;
        } else if (value instanceof JsonPrimitive) {
            list.add(value);
        } else if (value != null) {
            throw wrong(name, "a list");
        }
        return list;
    }

    private Map<String, JsonPrimitive> map(String name) throws IOException {
        JsonElement value = get(name);
        Map<String, JsonPrimitive> entries = new LinkedHashMap<>();
        if (value == null) {
            return entries;
        }
        if (!value.isJsonObject()) {
            throw wrong(name, "an object with numbers as values");
        }
        for (Map.Entry<String, JsonElement> entry : value.getAsJsonObject().entrySet()) {
            if (!(entry.getValue() instanceof JsonPrimitive number && number.isNumber())) {
                throw wrong(name, "an object with numbers as values");
            }
            entries.put(entry.getKey(), number);
        }
        return entries;
    }

    private int integer(String name, JsonPrimitive value) throws IOException {
        if (!value.isNumber()) {
            throw wrong(name, "a whole number");
        }
        try {
            return value.getAsBigDecimal().intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(name, "a whole number", e);
        }
    }

    private MalformedFileException wrong(String name, String expected) {
        return wrong(name, expected, null);
    }

    private MalformedFileException wrong(String name, String expected, Throwable cause) {
        return new MalformedFileException(
                source,
                "the field "
                        + quote(name)
                        + " is "
                        + quote(json.get(name).toString())
                        + " where "
                        + expected
                        + " is expected; get or save the file again",
                cause);
    }
}
