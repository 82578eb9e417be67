/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.option;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.djladapters.io.PlainNumber;

/**
 * An option as a person gives it, on a command line or in a form.
 *
 * @param name such as {@code --rank}
 * @param kind what the value is made of
 * @param type the type of the value, or of one of several
 * @param label what stands for the value in a description, such as {@code R}, empty for a flag
 * @param text what the option is or does: the part of a sentence that follows a colon
 * @param standard what is so without the option, empty if there is nothing to say
 * @param reader makes the value from a word; empty if the type says how it is read
 * @param setter sets the option to what is given
 */
public record Argument(
        String name,
        Kind kind,
        Class<?> type,
        String label,
        String text,
        String standard,
        Optional<Function<String, ?>> reader,
        BiFunction<OptionValues, Object, OptionValues> setter) {

    /** What a value is made of. */
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

    /** Describes an option that is made of what is given. */
    @SuppressWarnings("unchecked") // what is given is read by the kind and the type
    private static <V, T> Argument of(
            Option<T> option,
            String name,
            Kind kind,
            Class<?> type,
            String label,
            String text,
            Function<V, T> made) {
        return new Argument(
                name,
                kind,
                type,
                label,
                text,
                "",
                Optional.empty(),
                (values, given) -> values.with(option, made.apply((V) given)));
    }

    /** Returns an option that is true where it is given. */
    public static Argument flag(Option<Boolean> option, String name, String text) {
        return flag(option, true, name, text);
    }

    /** Returns an option that has a value where a flag is given. */
    public static <T> Argument flag(Option<T> option, T value, String name, String text) {
        return Argument.<Boolean, T>of(
                option, name, Kind.FLAG, Boolean.class, "", text, given -> given ? value : null);
    }

    /** Returns an option whose value is a number, a text or of an enum. */
    public static <T> Argument value(Option<T> option, String name, String label, String text) {
        Argument argument =
                of(option, name, Kind.VALUE, option.type(), label, text, Function.<T>identity());
        return option.standard().map(Argument::shown).map(argument::withDefault).orElse(argument);
    }

    private static String shown(Object standard) {
        return standard instanceof Double number ? PlainNumber.of(number) : standard.toString();
    }

    /**
     * Returns an option whose value is read from a word.
     *
     * @param reader makes the value, or throws an {@link IllegalArgumentException} that says why
     *     the word stands for none
     */
    public static <T> Argument word(
            Option<T> option, String name, String label, String text, Function<String, T> reader) {
        Argument value = value(option, name, label, text);
        return new Argument(
                name,
                value.kind,
                value.type,
                label,
                text,
                value.standard,
                Optional.of(reader),
                value.setter);
    }

    /** Returns an option that has several values. */
    public static <V> Argument list(
            Option<List<V>> option, String name, String label, Class<V> type, String text) {
        return list(option, name, label, type, text, Function.identity());
    }

    /** Returns an option that is made of several values. */
    public static <V, T> Argument list(
            Option<T> option,
            String name,
            String label,
            Class<V> type,
            String text,
            Function<List<V>, T> made) {
        Function<List<V>, T> copied = values -> made.apply(List.copyOf(values));
        return of(option, name, Kind.LIST, type, label, text, copied);
    }

    /** Returns an option that is made of values for names. */
    public static <V, T> Argument map(
            Option<T> option,
            String name,
            String label,
            Class<V> type,
            String text,
            Function<Map<String, V>, T> made) {
        return of(option, name, Kind.MAP, type, label, text, made);
    }

    /** Returns the same with another description of the default. */
    public Argument withDefault(Object standard) {
        return new Argument(name, kind, type, label, text, standard.toString(), reader, setter);
    }
}
