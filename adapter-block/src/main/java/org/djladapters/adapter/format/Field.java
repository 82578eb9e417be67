/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.option.Option;

/** A field of a configuration file: what is written there of a configuration, and read from it. */
public interface Field {

    /** Adds the field to those of a file. */
    void write(MethodConfig config, Map<String, JsonElement> fields);

    /**
     * Reads the field, if it is there, and sets what it says.
     *
     * @throws IllegalArgumentException if the option can't have the value
     */
    void read(ConfigFields fields, MethodConfig.Builder<?> builder) throws IOException;

    /** Reads the value of a field that is there. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ConfigFields fields, String key) throws IOException;
    }

    /** Reads fields and sets what they say. */
    @FunctionalInterface
    interface Setter {
        void read(ConfigFields fields, MethodConfig.Builder<?> builder) throws IOException;
    }

    /** A field that holds an option. */
    record OfOption<T>(
            String key,
            Option<T> option,
            Function<T, JsonElement> writer,
            Reader<T> reader,
            boolean always)
            implements Field {

        @Override
        public void write(MethodConfig config, Map<String, JsonElement> fields) {
            T value = config.get(option);
            if (always || !option.isStandard(value)) {
                fields.put(key, writer.apply(value));
            }
        }

        @Override
        public void read(ConfigFields fields, MethodConfig.Builder<?> builder) throws IOException {
            if (fields.has(key)) {
                builder.set(option, reader.read(fields, key));
            }
        }

        /** Returns the field written only where it is not the default: one that PEFT has not. */
        public Field ifSet() {
            return new OfOption<>(key, option, writer, reader, false);
        }
    }

    /** Returns a field of any kind. */
    static <T> OfOption<T> of(
            String key, Option<T> option, Function<T, JsonElement> writer, Reader<T> reader) {
        return new OfOption<>(key, option, writer, reader, true);
    }

    /** Returns a field that is one thing in all files written here and means nothing in others. */
    static Field written(String key, JsonElement value) {
        return of((config, fields) -> fields.put(key, value), (fields, config) -> {});
    }

    /** Returns a field that is false in all files written here, and true or false in others. */
    static Field alwaysFalse(String key) {
        return of(
                (config, fields) -> fields.put(key, new JsonPrimitive(false)),
                (fields, config) -> fields.bool(key, false));
    }

    /** Returns fields that are written and read in a way of their own. */
    static Field of(BiConsumer<MethodConfig, Map<String, JsonElement>> writer, Setter reader) {
        return new Field() {
            @Override
            public void write(MethodConfig config, Map<String, JsonElement> fields) {
                writer.accept(config, fields);
            }

            @Override
            public void read(ConfigFields fields, MethodConfig.Builder<?> builder)
                    throws IOException {
                reader.read(fields, builder);
            }
        };
    }

    /** Returns a field with a whole number. */
    static OfOption<Integer> integer(String key, Option<Integer> option) {
        return of(key, option, JsonPrimitive::new, (fields, name) -> fields.integer(name, 0));
    }

    /** Returns a field with a whole number of up to 64 bits. */
    static OfOption<Long> longInteger(String key, Option<Long> option) {
        return of(key, option, JsonPrimitive::new, (fields, name) -> fields.longInteger(name, 0));
    }

    /** Returns a field with a number. */
    static OfOption<Double> number(String key, Option<Double> option) {
        return of(key, option, JsonPrimitive::new, (fields, name) -> fields.number(name, 0));
    }

    /** Returns a field with a number that is written without a fraction where it has none. */
    static OfOption<Double> plainNumber(String key, Option<Double> option) {
        return of(key, option, ConfigFields::primitive, (fields, name) -> fields.number(name, 0));
    }

    /** Returns a field with true or false. */
    static OfOption<Boolean> bool(String key, Option<Boolean> option) {
        return of(key, option, JsonPrimitive::new, (fields, name) -> fields.bool(name, false));
    }

    /** Returns a field with one of several words, each of which stands for a value. */
    static <T> OfOption<T> word(
            String key, Option<T> option, List<T> values, Function<T, String> word) {
        return of(
                key,
                option,
                value -> new JsonPrimitive(word.apply(value)),
                (fields, name) -> word(fields, name, values, word));
    }

    /** Returns a field with a text that stands for a value. */
    static <T> OfOption<T> text(String key, Option<T> option, Function<String, T> reader) {
        return of(
                key,
                option,
                value -> new JsonPrimitive(value.toString()),
                (fields, name) -> reader.apply(fields.string(name, "")));
    }

    private static <T> T word(
            ConfigFields fields, String key, List<T> values, Function<T, String> word)
            throws IOException {
        String given = fields.string(key, "");
        for (T value : values) {
            if (word.apply(value).equals(given)) {
                return value;
            }
        }
        List<String> words = values.stream().map(word).toList();
        int last = words.size() - 1;
        throw fields.unexpected(
                key, given, String.join(", ", words.subList(0, last)) + " or " + words.get(last));
    }

    /** Returns a field with whole numbers by the patterns of modules. */
    static OfOption<ModulePatterns<Integer>> integers(
            String key,
            Option<ModulePatterns<Integer>> option,
            Function<Map<String, Integer>, ModulePatterns<Integer>> patterns) {
        return of(
                key,
                option,
                Field::object,
                (fields, name) -> patterns.apply(fields.integerMap(name)));
    }

    /** Returns a field with ranks by the patterns of modules. */
    static Field rankPattern(String key) {
        return integers(key, CommonOptions.RANK_PATTERN, ModulePatterns::of);
    }

    /** Returns a field with values of alpha by the patterns of modules. */
    static Field alphaPattern(String key) {
        return of(
                key,
                CommonOptions.ALPHA_PATTERN,
                Field::object,
                (fields, name) -> ModulePatterns.of(fields.numberMap(name)));
    }

    /** Returns numbers by their names, without fractions where they have none. */
    static JsonObject object(ModulePatterns<? extends Number> patterns) {
        JsonObject object = new JsonObject();
        patterns.values()
                .forEach((key, n) -> object.add(key, ConfigFields.primitive(n.doubleValue())));
        return object;
    }

    /**
     * Returns the fields of the number and of the size of blocks, of which one is 0.
     *
     * @param size the size where the file has none
     */
    static Field division(String numberKey, String sizeKey, int size) {
        return of(
                (config, fields) -> {
                    fields.put(numberKey, new JsonPrimitive(config.get(CommonOptions.BLOCKS)));
                    fields.put(sizeKey, new JsonPrimitive(config.get(CommonOptions.BLOCK_SIZE)));
                },
                (fields, config) -> {
                    int blocks = fields.integer(numberKey, 0);
                    int blockSize = fields.integer(sizeKey, size);
                    if ((blocks == 0) == (blockSize == 0)) {
                        throw fields.invalid(
                                ("the fields '%s' and '%s' are %d and %d; one of them must be 0 and"
                                                + " the other not")
                                        .formatted(numberKey, sizeKey, blocks, blockSize));
                    }
                    if (blockSize == 0) {
                        config.set(CommonOptions.BLOCKS, blocks);
                    } else {
                        config.set(CommonOptions.BLOCK_SIZE, blockSize);
                    }
                });
    }

    /**
     * Returns the field of the biases that train, where a method has a word for adapted modules.
     */
    static OfOption<Bias> bias(String adapted) {
        return word(
                "bias",
                CommonOptions.BIAS,
                List.of(Bias.NONE, Bias.ALL, Bias.ADAPTED),
                bias ->
                        switch (bias) {
                            case NONE -> "none";
                            case ALL -> "all";
                            case ADAPTED -> adapted;
                        });
    }

    /** Returns the field of the probability of module dropout. */
    static OfOption<Double> moduleDropout() {
        return number("module_dropout", CommonOptions.MODULE_DROPOUT);
    }
}
