/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.io.Internal;

/**
 * An option of a method as a person gives it, on a command line or in a form.
 *
 * @param <V> the type of its value: a list or a map where it has several
 */
@Internal
public final class MethodOption<V> {

    /** What an option's value is made of. */
    public enum Kind {
        /** Nothing: the option is given or not. */
        FLAG,
        /** One value. */
        VALUE,
        /** Several values. */
        LIST,
        /** Values for names. */
        MAP
    }

    private final String name;
    private final Kind kind;
    private final Class<?> type;
    private final String label;
    private final String text;
    private final Function<Object, V> cast;
    private final Function<String, V> reader;
    private final String standard;

    private MethodOption(
            String name,
            Kind kind,
            Class<?> type,
            String label,
            String text,
            Function<Object, V> cast,
            Function<String, V> reader,
            String standard) {
        this.name = name;
        this.kind = kind;
        this.type = type;
        this.label = label;
        this.text = text;
        this.cast = cast;
        this.reader = reader;
        this.standard = standard;
    }

    /**
     * Returns an option that is given or not.
     *
     * @param name such as {@code --scaling}
     * @param text what it does, the part of a sentence that follows a colon
     * @return the option
     */
    public static MethodOption<Boolean> flag(String name, String text) {
        return new MethodOption<>(
                name, Kind.FLAG, Boolean.class, "", text, Boolean.class::cast, null, "");
    }

    /**
     * Returns an option with one value.
     *
     * @param name such as {@code --rank}
     * @param label what stands for the value, such as {@code R}
     * @param type the type: a number, a text or an enum
     * @param text what it is, the part of a sentence that follows a colon
     * @param <T> the type
     * @return the option
     */
    public static <T> MethodOption<T> value(String name, String label, Class<T> type, String text) {
        return new MethodOption<>(name, Kind.VALUE, type, label, text, type::cast, null, "");
    }

    /**
     * Returns an option with a value that is read from a word.
     *
     * @param name such as {@code --map}
     * @param label what stands for the value, such as {@code MAP}
     * @param type the type
     * @param reader makes the value, or throws an {@link IllegalArgumentException} that says why
     *     the word stands for none
     * @param text what it is, the part of a sentence that follows a colon
     * @param <T> the type
     * @return the option
     */
    public static <T> MethodOption<T> word(
            String name, String label, Class<T> type, Function<String, T> reader, String text) {
        return new MethodOption<>(name, Kind.VALUE, type, label, text, type::cast, reader, "");
    }

    /**
     * Returns an option with several values.
     *
     * @param name such as {@code --orders}
     * @param label what stands for a value, such as {@code K}
     * @param type the type of a value
     * @param text what they are, the part of a sentence that follows a colon
     * @param <T> the type of a value
     * @return the option
     */
    public static <T> MethodOption<List<T>> list(
            String name, String label, Class<T> type, String text) {
        Function<Object, List<T>> cast =
                values -> ((List<?>) values).stream().<T>map(type::cast).toList();
        return new MethodOption<>(name, Kind.LIST, type, label, text, cast, null, "");
    }

    /**
     * Returns an option with values for names.
     *
     * @param name such as {@code --rank-pattern}
     * @param label what stands for a name and its value, such as {@code MODULE=R}
     * @param type the type of a value
     * @param text what they are, the part of a sentence that follows a colon
     * @param <T> the type of a value
     * @return the option
     */
    public static <T> MethodOption<Map<String, T>> map(
            String name, String label, Class<T> type, String text) {
        Function<Object, Map<String, T>> cast =
                values -> {
                    Map<String, T> map = new LinkedHashMap<>();
                    ((Map<?, ?>) values)
                            .forEach((key, value) -> map.put((String) key, type.cast(value)));
                    return map;
                };
        return new MethodOption<>(name, Kind.MAP, type, label, text, cast, null, "");
    }

    /**
     * Returns the same option with its default told.
     *
     * @param standard what is so without the option
     * @return the option
     */
    public MethodOption<V> withDefault(Object standard) {
        return new MethodOption<>(name, kind, type, label, text, cast, reader, standard.toString());
    }

    /**
     * Returns the name.
     *
     * @return such as {@code --rank}
     */
    public String name() {
        return name;
    }

    /**
     * Returns what the value is made of.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the type of the value, or of one value of several.
     *
     * @return the type
     */
    public Class<?> type() {
        return type;
    }

    /**
     * Returns what stands for the value in a description.
     *
     * @return such as {@code R}, empty for a flag
     */
    public String label() {
        return label;
    }

    /**
     * Returns what the option is or does.
     *
     * @return the part of a sentence that follows a colon
     */
    public String text() {
        return text;
    }

    /**
     * Returns what is so without the option.
     *
     * @return the default, empty if there is nothing to tell
     */
    public String standard() {
        return standard;
    }

    /**
     * Tells whether the value is read from a word by {@link #read}.
     *
     * @return false if the type says how it is read
     */
    public boolean isWord() {
        return reader != null;
    }

    /**
     * Reads the value.
     *
     * @param word the word
     * @return the value
     * @throws IllegalArgumentException if the word stands for none
     */
    public V read(String word) {
        return reader.apply(word);
    }

    /**
     * Returns a value of this option with its type.
     *
     * @param value what was given
     * @return the value
     */
    public V cast(Object value) {
        return cast.apply(value);
    }
}
