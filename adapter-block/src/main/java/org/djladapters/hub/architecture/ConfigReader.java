/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.MalformedFileException;

/**
 * Entries of a {@code config.json} by their types. An entry of another type is refused, as is what
 * a program can't compute.
 */
public final class ConfigReader {

    private final Path file;
    private final JsonObject config;

    /**
     * Reads a configuration.
     *
     * @param file where it is from, for messages
     * @param config its entries
     */
    public ConfigReader(Path file, JsonObject config) {
        this.file = file;
        this.config = config;
    }

    /**
     * Fills up a configuration.
     *
     * @param defaults what counts where there is no entry
     * @return a reader that has these entries too
     */
    public ConfigReader withDefaults(Map<String, Integer> defaults) {
        JsonObject filled = config.deepCopy();
        defaults.forEach(
                (key, value) -> {
                    if (!has(key)) {
                        filled.addProperty(key, value);
                    }
                });
        return new ConfigReader(file, filled);
    }

    /**
     * Chooses between two names of an entry.
     *
     * @param name the one that is taken if both are there
     * @param other another one
     * @return the name that has an entry, the second if none has
     */
    public String either(String name, String other) {
        return has(name) ? name : other;
    }

    /**
     * Tells whether there is an entry other than null.
     *
     * @param key the entry's name
     * @return true if there is
     */
    public boolean has(String key) {
        return config.has(key) && !config.get(key).isJsonNull();
    }

    /**
     * Tells whether there is an entry, be it null.
     *
     * @param key the entry's name
     * @return true if there is
     */
    public boolean declares(String key) {
        return config.has(key);
    }

    /**
     * Returns a text.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the text
     * @throws MalformedFileException if the entry is of another type
     */
    public String text(String key, String absent) throws MalformedFileException {
        if (!has(key)) {
            return absent;
        }
        JsonPrimitive value = primitive(key, "a text");
        if (!value.isString()) {
            throw malformed(key, "a text");
        }
        return value.getAsString();
    }

    /**
     * Returns a list of texts.
     *
     * @param key the entry's name
     * @return the texts, none where there is no entry
     * @throws MalformedFileException if the entry is of another type
     */
    public List<String> texts(String key) throws MalformedFileException {
        List<String> texts = new ArrayList<>();
        if (has(key)) {
            if (!(config.get(key) instanceof JsonArray array)) {
                throw malformed(key, "a list of texts");
            }
            for (JsonElement element : array) {
                if (!element.isJsonPrimitive()) {
                    throw malformed(key, "a list of texts");
                }
                texts.add(element.getAsString());
            }
        }
        return List.copyOf(texts);
    }

    /**
     * Tells whether an entry is a text, where a list is possible too.
     *
     * @param key the entry's name
     * @return true if it is there and a text
     */
    public boolean isText(String key) {
        return config.get(key) instanceof JsonPrimitive value && value.isString();
    }

    /**
     * Returns a height and a width, which an entry gives as a pair or as one number for both.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return two positive integers
     * @throws MalformedFileException if the entry is of another type
     */
    public List<Integer> sizes(String key, int absent) throws MalformedFileException {
        if (!(config.get(key) instanceof JsonArray array)) {
            int side = size(key, absent);
            return List.of(side, side);
        }
        List<Integer> sizes = new ArrayList<>();
        for (JsonElement element : array) {
            JsonObject entry = new JsonObject();
            entry.add(key, element);
            sizes.add(new ConfigReader(file, entry).size(key));
        }
        if (sizes.size() != 2) {
            throw malformed(key, "a number or a pair");
        }
        return List.copyOf(sizes);
    }

    /**
     * Returns a positive integer that must be there.
     *
     * @param key the entry's name
     * @return the integer
     * @throws MalformedFileException if the entry is missing or of another type
     */
    public int size(String key) throws MalformedFileException {
        requireEntry(key);
        return size(key, 1);
    }

    private void requireEntry(String key) throws MalformedFileException {
        if (!has(key)) {
            throw new MalformedFileException(
                    file, "has no entry " + key + "; get or save the file again");
        }
    }

    /**
     * Returns a positive integer.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the integer
     * @throws MalformedFileException if the entry is of another type
     */
    public int size(String key, int absent) throws MalformedFileException {
        int value = integer(key, absent);
        if (value < 1) {
            throw malformed(key, "a positive integer");
        }
        return value;
    }

    /**
     * Returns an integer.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the integer
     * @throws MalformedFileException if the entry is of another type
     */
    public int integer(String key, int absent) throws MalformedFileException {
        if (!has(key)) {
            return absent;
        }
        try {
            return decimal(key, "an integer").intValueExact();
        } catch (ArithmeticException e) {
            throw malformed(key, "an integer");
        }
    }

    /**
     * Returns a number.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the number
     * @throws MalformedFileException if the entry is of another type
     */
    public double number(String key, double absent) throws MalformedFileException {
        return has(key) ? decimal(key, "a number").doubleValue() : absent;
    }

    /**
     * Returns the rate of a dropout.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the probability that a value is dropped, below 1
     * @throws MalformedFileException if the entry is of another type or no such probability
     */
    public double rate(String key, double absent) throws MalformedFileException {
        double rate = number(key, absent);
        if (rate < 0 || rate >= 1) {
            throw malformed(key, "a number from 0 on and below 1");
        }
        return rate;
    }

    /**
     * Returns a number above zero that must be there.
     *
     * @param key the entry's name
     * @return the number
     * @throws MalformedFileException if the entry is missing, of another type or not above zero
     */
    public double positive(String key) throws MalformedFileException {
        requireEntry(key);
        return positive(key, 1);
    }

    /**
     * Returns a number above zero.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the number
     * @throws MalformedFileException if the entry is of another type or not above zero
     */
    public double positive(String key, double absent) throws MalformedFileException {
        double value = number(key, absent);
        if (!(value > 0 && Double.isFinite(value))) {
            throw malformed(key, "a number above zero");
        }
        return value;
    }

    /**
     * Returns a truth value.
     *
     * @param key the entry's name
     * @param absent what counts where there is none
     * @return the value
     * @throws MalformedFileException if the entry is of another type
     */
    public boolean flag(String key, boolean absent) throws MalformedFileException {
        if (!has(key)) {
            return absent;
        }
        JsonPrimitive value = primitive(key, "true or false");
        if (!value.isBoolean()) {
            throw malformed(key, "true or false");
        }
        return value.getAsBoolean();
    }

    /**
     * Returns entries that belong together.
     *
     * @param key the entry's name
     * @return a reader of them, empty where there is no entry
     * @throws MalformedFileException if the entry is of another type
     */
    public Optional<ConfigReader> object(String key) throws MalformedFileException {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!(config.get(key) instanceof JsonObject object)) {
            throw malformed(key, "an object");
        }
        return Optional.of(new ConfigReader(file, object));
    }

    /**
     * Returns a reader without entries.
     *
     * @return a reader to which nothing belongs
     */
    public ConfigReader none() {
        return new ConfigReader(file, new JsonObject());
    }

    /**
     * Returns how many entries there are.
     *
     * @return the number of entries
     */
    public int count() {
        return config.size();
    }

    /**
     * Refuses what a program can't compute.
     *
     * @param key the name of an entry, which may be absent
     * @param computed the values that are computed, as JSON writes them
     * @throws IOException if the entry has another value
     */
    public void require(String key, Object... computed) throws IOException {
        boolean known =
                !has(key)
                        || Arrays.stream(computed)
                                .map(Object::toString)
                                .anyMatch(value -> value.equals(shown(key)));
        if (!known) {
            throw refused(
                    key,
                    "what is computed is "
                            + String.join(
                                    " or ",
                                    Arrays.stream(computed).map(Object::toString).toList()));
        }
    }

    /**
     * Refuses what no program computes.
     *
     * @param key the name of an entry, which may be absent or empty
     * @param reason what is computed instead
     * @throws IOException if the entry says something
     */
    public void requireAbsent(String key, String reason) throws IOException {
        JsonElement value = config.get(key);
        if (has(key) && !(value instanceof JsonObject object && object.isEmpty())) {
            throw new IOException(
                    "%s: %s is not computed here: %s; export the model to TorchScript with"
                                    .formatted(file, key, reason)
                            + " djl_converter");
        }
    }

    /**
     * Makes the refusal of an entry.
     *
     * @param key the entry's name
     * @param reason what is computed instead
     * @return the exception
     */
    public IOException refused(String key, String reason) {
        return new IOException(
                "%s: %s is %s, which is not computed here: %s; export the model to TorchScript with"
                                .formatted(file, key, shown(key), reason)
                        + " djl_converter");
    }

    /**
     * Makes the refusal of an entry that has no sense.
     *
     * @param key the entry's name
     * @param expected what is expected in its place
     * @return the exception
     */
    public MalformedFileException malformed(String key, String expected) {
        return new MalformedFileException(
                file, "%s is %s where %s is expected".formatted(key, config.get(key), expected));
    }

    /**
     * Returns where the configuration is from.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    private String shown(String key) {
        JsonElement value = config.get(key);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "" + value;
    }

    private BigDecimal decimal(String key, String expected) throws MalformedFileException {
        JsonPrimitive value = primitive(key, expected);
        if (!value.isNumber()) {
            throw malformed(key, expected);
        }
        return value.getAsBigDecimal();
    }

    private JsonPrimitive primitive(String key, String expected) throws MalformedFileException {
        if (!(config.get(key) instanceof JsonPrimitive value)) {
            throw malformed(key, expected);
        }
        return value;
    }
}
