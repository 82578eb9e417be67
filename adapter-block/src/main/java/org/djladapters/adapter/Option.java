/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;

/**
 * An option of a method: its default, which values it refuses, and how a configuration's text tells
 * it. A configuration and its builder hold values by such options ({@link OptionValues}); the
 * command line ({@link MethodOption}) and the fields of files name them.
 *
 * @param <T> the type of the value
 */
@Internal
public final class Option<T> {

    private final T standard;
    private final Consumer<T> check;
    private final BiFunction<T, OptionValues, String> text;

    private Option(T standard, Consumer<T> check, BiFunction<T, OptionValues, String> text) {
        this.standard = standard;
        this.check = check;
        this.text = text;
    }

    /** Returns an option that takes any value and that no text tells. */
    public static <T> Option<T> of(T standard) {
        return new Option<>(standard, value -> {}, (value, others) -> "");
    }

    /** Returns an option that takes whole numbers of at least 1, and a default that may be less. */
    public static Option<Integer> positive(String name, int standard) {
        return of(standard).checked(value -> requirePositive(name, value));
    }

    /** Returns an option that takes whole numbers from 1 to a largest one. */
    public static Option<Integer> positive(String name, int standard, int largest) {
        return of(standard).checked(value -> requirePositive(name, value, largest));
    }

    /** Returns an option that takes positive numbers in the range of float32. */
    public static Option<Double> positive(String name, double standard) {
        return of(standard).checked(value -> requirePositive(name, value));
    }

    /** Returns an option that takes probabilities of leaving something out. Default: 0. */
    public static Option<Double> probability(String name) {
        return of(0.0).checked(
                        value -> {
                            if (!(value >= 0 && value < 1)) {
                                throw new IllegalArgumentException(
                                        "The %s must be at least 0 and less than 1, got %s"
                                                .formatted(name, PlainNumber.of(value)));
                            }
                        });
    }

    /**
     * Returns an option that takes values by the patterns of modules. Default: no patterns.
     *
     * @param name the name of a value
     * @param check refuses a value, with a name that holds its pattern
     */
    public static <V> Option<ModulePatterns<V>> patterns(String name, BiConsumer<String, V> check) {
        return of(ModulePatterns.<V>none())
                .checked(
                        patterns ->
                                patterns.values()
                                        .forEach(
                                                (pattern, value) ->
                                                        check.accept(
                                                                name + " of the pattern " + pattern,
                                                                value)))
                .shownAs(name + " patterns");
    }

    /** Refuses a number that is not from 1 to a largest one. */
    public static void requirePositive(String name, int value, int largest) {
        if (value > largest) {
            throw new IllegalArgumentException(
                    "The %s must be at most %d, got %d".formatted(name, largest, value));
        }
        requirePositive(name, value);
    }

    /** Refuses a number less than 1. */
    public static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("The " + name + " must be at least 1, got " + value);
        }
    }

    /** Refuses a number that is not positive or not in the range of float32. */
    public static void requirePositive(String name, double value) {
        if (!(value > 0 && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The " + name + " must be positive, got " + PlainNumber.of(value));
        }
    }

    /** Returns the option with a check that throws an {@link IllegalArgumentException}. */
    public Option<T> checked(Consumer<T> check) {
        return new Option<>(standard, check, text);
    }

    /** Returns the option with a text for its values, empty for those that are not worth one. */
    public Option<T> shown(BiFunction<T, OptionValues, String> text) {
        return new Option<>(standard, check, text);
    }

    /** Returns the option with a text for its values, empty for those that are not worth one. */
    public Option<T> shown(Function<T, String> text) {
        return shown((value, others) -> text.apply(value));
    }

    /**
     * Returns the option told by a name and the value; one that is true or false by its name alone.
     */
    public Option<T> alwaysShownAs(String name) {
        return shown(value -> value instanceof Boolean ? name : name + " " + value);
    }

    /** Returns the option told by a name and the value as it is to be written. */
    public Option<T> alwaysShownAs(String name, Function<T, String> written) {
        return shown(value -> name + " " + written.apply(value));
    }

    /** Returns the option told by a name and the value where it is not the default. */
    public Option<T> shownAs(String name) {
        return alwaysShownAs(name).unlessDefault();
    }

    /** Returns the option told by a name and the value where it is not the default. */
    public Option<T> shownAs(String name, Function<T, String> written) {
        return alwaysShownAs(name, written).unlessDefault();
    }

    private Option<T> unlessDefault() {
        return shown((value, others) -> value.equals(standard) ? "" : text.apply(value, others));
    }

    /** Returns the value where none is chosen. */
    public T standard() {
        return standard;
    }

    void check(T value) {
        check.accept(value);
    }

    String text(OptionValues values) {
        return text.apply(values.get(this), values);
    }
}
