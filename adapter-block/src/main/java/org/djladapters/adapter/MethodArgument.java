/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;

/**
 * An option of a method together with what a person gives for it.
 *
 * @param given what is given, on a command line or in a form
 * @param setter sets the option to what was given
 */
@Internal
public record MethodArgument(
        MethodOption<?> given, BiConsumer<MethodConfig.Builder<?>, Object> setter) {

    private static <V, T> MethodArgument of(
            Option<T> option, MethodOption<V> given, Function<V, T> made) {
        return new MethodArgument(
                given, (builder, value) -> builder.set(option, made.apply(given.cast(value))));
    }

    /** Returns an option that is true where it is given. */
    public static MethodArgument flag(Option<Boolean> option, String name, String text) {
        return flag(option, true, name, text);
    }

    /** Returns an option that has a value where another one is given. */
    public static <T> MethodArgument flag(Option<T> option, T value, String name, String text) {
        return of(option, MethodOption.flag(name, text), on -> value);
    }

    /** Returns an option whose value is a number or of an enum. */
    public static <T> MethodArgument value(
            Option<T> option, String name, String label, String text) {
        MethodOption<T> given = MethodOption.value(name, label, type(option), text);
        return of(option, given, Function.identity()).withDefault(shown(option.standard()));
    }

    /** Returns an option whose value is read from a word. */
    public static <T> MethodArgument word(
            Option<T> option, String name, String label, String text, Function<String, T> reader) {
        MethodOption<T> given = MethodOption.word(name, label, type(option), reader, text);
        return of(option, given, Function.identity()).withDefault(shown(option.standard()));
    }

    @SuppressWarnings("unchecked") // a default is of the type of its option
    private static <T> Class<T> type(Option<T> option) {
        T standard = option.standard();
        return (Class<T>)
                (standard instanceof Enum<?> constant
                        ? constant.getDeclaringClass()
                        : standard.getClass());
    }

    private static String shown(Object standard) {
        return standard instanceof Double number ? PlainNumber.of(number) : standard.toString();
    }

    /** Returns the option of the rank. */
    public static MethodArgument rank(int standard, String text) {
        return value(CommonOptions.RANK, "--rank", "R", text).withDefault(standard);
    }

    /** Returns the option of dropout in an update of low rank. */
    public static MethodArgument dropout() {
        return value(
                CommonOptions.DROPOUT,
                "--dropout",
                "P",
                "probability that an input of the update is dropped in a training step");
    }

    /** Returns an option that is made of several values. */
    public static <V, T> MethodArgument list(
            Option<T> option,
            String name,
            String label,
            Class<V> type,
            String text,
            Function<List<V>, T> made) {
        return of(option, MethodOption.list(name, label, type, text), made);
    }

    /** Returns an option that is made of values for names. */
    public static <V, T> MethodArgument map(
            Option<T> option,
            String name,
            String label,
            Class<V> type,
            String text,
            Function<Map<String, V>, T> made) {
        return of(option, MethodOption.map(name, label, type, text), made);
    }

    /** Returns the same option with its default told in another way. */
    public MethodArgument withDefault(Object standard) {
        return new MethodArgument(given.withDefault(standard), setter);
    }
}
