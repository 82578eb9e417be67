/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.adapter.MethodOption;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;

/**
 * An option of a run, said once: its name in records, its default, the values that it takes, and
 * how a person gives it. Builders, records and the command line are made from it.
 *
 * @param <V> the type of its value
 */
@Internal
public final class Setting<V> {

    private final String name;
    private final V standard;
    private final Consumer<V> check;
    private final MethodOption<?> option;
    private final Function<Object, V> meaning;

    private Setting(
            String name,
            V standard,
            Consumer<V> check,
            MethodOption<?> option,
            Function<Object, V> meaning) {
        this.name = name;
        this.standard = standard;
        this.check = check;
        this.option = option;
        this.meaning = meaning;
    }

    /** Returns a setting with a default. */
    public static <V> Setting<V> of(String name, V standard) {
        return of(name, standard, value -> {});
    }

    /**
     * Returns a setting with a default and a check.
     *
     * @param check throws an {@link IllegalArgumentException} for a value that can't be
     */
    public static <V> Setting<V> of(String name, V standard, Consumer<V> check) {
        return new Setting<>(name, standard, check, null, null);
    }

    /** Returns a setting without a default, such as one that depends on model or data. */
    public static <V> Setting<V> optional(String name, Consumer<V> check) {
        return of(name, null, check);
    }

    /** Returns the same with an option of the command line, which tells the default if it can. */
    public Setting<V> given(MethodOption<V> asked) {
        String text =
                standard instanceof Double number
                        ? PlainNumber.of(number)
                        : String.valueOf(standard);
        boolean tells = standard instanceof Number && asked.standard().isEmpty();
        return new Setting<>(
                name, standard, check, tells ? asked.withDefault(text) : asked, asked::cast);
    }

    /** Returns the same with a flag of the command line that stands for a value. */
    public Setting<V> given(MethodOption<Boolean> flag, V value) {
        return new Setting<>(name, standard, check, flag, given -> value);
    }

    /** Returns the name, as in {@code batch_size}. */
    public String name() {
        return name;
    }

    /** Returns how a person gives it; empty if only programs do. */
    public Optional<MethodOption<?>> option() {
        return Optional.ofNullable(option);
    }

    /** Returns the default; empty if there is none that is always the same. */
    public Optional<V> standard() {
        return Optional.ofNullable(standard);
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if it can't be; the message says why
     */
    public void check(V value) {
        check.accept(value);
    }

    /** Refuses a number that is not positive and finite. */
    public static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "The %s must be positive, got %s".formatted(what, PlainNumber.of(value)));
        }
    }

    V read(Object given) {
        return meaning.apply(given);
    }

    /** Returns a value that was stored for this setting. */
    @SuppressWarnings("unchecked")
    V cast(Object stored) {
        return (V) stored;
    }
}
