/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;

/**
 * The fields of a {@code config.json}. One of another type is refused, as is a value that changes
 * results and that a program does not compute.
 */
public final class ConfigReader extends JsonFields {

    private static final String SIZE = "a whole number of at least 1";
    private static final String POSITIVE = "a number greater than 0";
    private static final Gson DEFAULTS = new Gson();
    private static final String EXPORT = "; export the model to TorchScript with djl_converter";

    public ConfigReader(Path file, JsonObject config) {
        this(file.toString(), config);
    }

    /** Reads a file; one that is not there has no fields. */
    public static ConfigReader readIfPresent(Path file) throws IOException {
        return new ConfigReader(file, JsonFields.readIfPresent(file).json());
    }

    private ConfigReader(String source, JsonObject config) {
        super(source, config);
    }

    @Override
    public MalformedFileException wrong(String key, String expected, Throwable cause) {
        return invalid(
                "%s is %s where %s is expected".formatted(key, json().get(key), expected), cause);
    }

    /** Returns this configuration with defaults for the fields that are absent. */
    public ConfigReader withDefaults(Map<String, ?> defaults) {
        JsonObject filled = json().deepCopy();
        defaults.forEach(
                (key, value) -> {
                    if (!has(key)) {
                        filled.add(key, DEFAULTS.toJsonTree(value));
                    }
                });
        return with(filled);
    }

    /** Returns this configuration without a field. */
    public ConfigReader without(String key) {
        JsonObject rest = json().deepCopy();
        rest.remove(key);
        return new ConfigReader(source(), rest);
    }

    /** Returns the first of several names that a field has, or the last name if none has one. */
    public String either(List<String> names) {
        return names.stream().filter(this::has).findFirst().orElse(names.get(names.size() - 1));
    }

    /** Tells whether there is a field, also if it is null. */
    public boolean declares(String key) {
        return json().has(key);
    }

    /** Returns a height and a width, which a field gives as a pair or as one number for both. */
    public List<Integer> sizes(String key, int absent) throws MalformedFileException {
        List<JsonElement> elements = elements(key);
        if (elements.isEmpty() && !has(key)) {
            return List.of(absent, absent);
        }
        boolean pair = elements.size() == 2;
        if (!pair && (elements.size() != 1 || get(key).isJsonArray())) {
            throw wrong(key, "a number or a pair");
        }
        return List.of(
                atLeast(1, key, elements.get(0)), atLeast(1, key, elements.get(pair ? 1 : 0)));
    }

    /** Returns a positive integer that must be there. */
    public int size(String key) throws MalformedFileException {
        return atLeast(1, key).orElseThrow(() -> missing(key));
    }

    /** Returns a positive integer. */
    public int size(String key, int absent) throws MalformedFileException {
        int size = atLeast(1, key).orElse(absent);
        if (size < 1) {
            throw wrong(key, SIZE);
        }
        return size;
    }

    /** Returns the number of heads of attention, which share a number of features evenly. */
    public int heads(String key, int features, int absent) throws MalformedFileException {
        int heads = size(key, absent);
        if (features % heads != 0) {
            throw wrong(key, "a divisor of %d, the features,".formatted(features));
        }
        return heads;
    }

    /** Returns how many classes the model's own head tells apart, 2 if nothing is said. */
    public int labels() throws MalformedFileException {
        Optional<JsonObject> names = object("id2label");
        if (names.isEmpty()) {
            return size("num_labels", 2);
        }
        if (names.get().isEmpty()) {
            throw wrong("id2label", "an object of labels");
        }
        return names.get().size();
    }

    /** Returns the rate of a dropout, at least 0 and less than 1. */
    public double rate(String key, double absent) throws MalformedFileException {
        double rate = number(key, absent);
        if (rate < 0 || rate >= 1) {
            throw wrong(key, "a number of at least 0 and less than 1");
        }
        return rate;
    }

    /** Returns a finite number greater than 0 that must be there. */
    public double positive(String key) throws MalformedFileException {
        if (!has(key)) {
            throw missing(key);
        }
        return positive(key, 1);
    }

    /** Returns a finite number greater than 0. */
    public double positive(String key, double absent) throws MalformedFileException {
        double value = number(key, absent);
        if (!(value > 0 && Double.isFinite(value))) {
            throw wrong(key, POSITIVE);
        }
        return value;
    }

    /** Returns a reader of other fields of the same file. */
    ConfigReader with(JsonObject fields) {
        return new ConfigReader(source(), fields);
    }

    /** Returns the fields inside a field, none if it is absent. */
    public ConfigReader part(String key) throws MalformedFileException {
        return with(object(key).orElseGet(JsonObject::new));
    }

    /** Refuses a field, which may be absent, with other values than those that are computed. */
    public void require(String key, Object... computed) throws IOException {
        List<String> values = Arrays.stream(computed).map(Object::toString).toList();
        if (has(key) && !values.contains(shown(key))) {
            throw refused(
                    key,
                    values.stream()
                            .collect(Collectors.joining(" or ", "what is computed is ", "")));
        }
    }

    /** Refuses a field that is there and not an empty object; the reason tells what is computed. */
    public void requireAbsent(String key, String reason) throws IOException {
        if (has(key) && !(get(key) instanceof JsonObject object && object.isEmpty())) {
            throw new IOException(
                    "%s: %s is not computed here: %s".formatted(source(), key, reason) + EXPORT);
        }
    }

    /** Returns the error for a value that is not computed; the reason says what is instead. */
    public IOException refused(String key, String reason) {
        return new IOException(
                "%s: %s is %s, which is not computed here: %s"
                                .formatted(source(), key, shown(key), reason)
                        + EXPORT);
    }

    private MalformedFileException missing(String key) {
        return invalid("has no entry " + key + "; get or save the file again");
    }

    private String shown(String key) {
        JsonElement value = json().get(key);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "" + value;
    }
}
