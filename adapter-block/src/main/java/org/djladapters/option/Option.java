/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.option;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.io.PlainNumber;

/**
 * An option of a method or of training: its name, its default, a check of its values, and their
 * text in the description of a configuration. Values are held by {@link OptionValues}; {@link
 * Argument}s let a person give them.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {

    private final String name;
    private final Class<?> type;
    private final Optional<T> standard;
    private final Consumer<T> check;
    private final BiFunction<T, OptionValues, String> text;

    private Option(
            String name,
            Class<?> type,
            Optional<T> standard,
            Consumer<T> check,
            BiFunction<T, OptionValues, String> text) {
        this.name = name;
        this.type = type;
        this.standard = standard;
        this.check = check;
        this.text = text;
    }

    /** Returns an option that takes any value and has no text. */
    public static <T> Option<T> of(String name, T standard) {
        Class<?> type =
                standard instanceof Enum<?> constant
                        ? constant.getDeclaringClass()
                        : standard.getClass();
        return new Option<>(name, type, Optional.of(standard), v -> {}, (v, others) -> "");
    }

    /** Returns an option without a default, such as one that depends on model or data. */
    public static <T> Option<T> optional(String name, Class<T> type) {
        return new Option<>(name, type, Optional.empty(), v -> {}, (v, others) -> "");
    }

    /** Returns an option that takes whole numbers of at least 1, and a default that may be less. */
    public static Option<Integer> positive(String name, int standard) {
        return of(name, standard).checked(value -> requirePositive(name, value));
    }

    /** Returns an option that takes whole numbers from 1 to a largest one. */
    public static Option<Integer> positive(String name, int standard, int largest) {
        return of(name, standard).checked(value -> requirePositive(name, value, largest));
    }

    /** Returns an option that takes positive numbers in the range of float32. */
    public static Option<Double> positive(String name, double standard) {
        return of(name, standard).checked(value -> requirePositive(name, value));
    }

    /** Returns an option that takes probabilities of leaving something out. Default: 0. */
    public static Option<Double> probability(String name) {
        return of(name, 0.0)
                .checked(
                        value -> {
                            if (!(value >= 0 && value < 1)) {
                                throw new IllegalArgumentException(
                                        "The %s must be at least 0 and less than 1, got %s"
                                                .formatted(name, PlainNumber.of(value)));
                            }
                        });
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
        requirePositive(name, value, Float.MAX_VALUE);
    }

    /** Refuses a number that is not positive or greater than a largest one. */
    public static void requirePositive(String name, double value, double largest) {
        if (!(value > 0 && value <= largest)) {
            throw new IllegalArgumentException(
                    "The " + name + " must be positive, got " + PlainNumber.of(value));
        }
    }

    /** Returns the option with a check that throws an {@link IllegalArgumentException}. */
    public Option<T> checked(Consumer<T> check) {
        return new Option<>(name, type, standard, check, text);
    }

    /** Returns the option with a text for its values, which may be empty. */
    public Option<T> shown(BiFunction<T, OptionValues, String> text) {
        return new Option<>(name, type, standard, check, text);
    }

    /** Returns the option with a text for its values, which may be empty. */
    public Option<T> shown(Function<T, String> text) {
        return shown((value, others) -> text.apply(value));
    }

    /**
     * Returns the option with its name and the value as text, or with the name alone if the value
     * is true or false.
     */
    public Option<T> alwaysShown() {
        return alwaysShownAs(name);
    }

    /**
     * Returns the option with a text like {@link #alwaysShown} for values other than the default.
     */
    public Option<T> shown() {
        return shownAs(name);
    }

    /** Returns the option with a text like {@link #alwaysShown}, with a label for its name. */
    public Option<T> alwaysShownAs(String label) {
        return shown(value -> value instanceof Boolean ? label : label + " " + value);
    }

    /** Returns the option with a text like {@link #shown()}, with a label for its name. */
    public Option<T> shownAs(String label) {
        return alwaysShownAs(label).unlessDefault();
    }

    /** Returns the option without a text for its default. */
    public Option<T> unlessDefault() {
        return shown((value, others) -> isStandard(value) ? "" : text.apply(value, others));
    }

    /** Returns the name in records and messages, such as {@code batch_size}. */
    public String name() {
        return name;
    }

    /** Returns the value where none is chosen; empty if that depends on something else. */
    public Optional<T> standard() {
        return standard;
    }

    /** Tells whether a value is the default. */
    public boolean isStandard(T value) {
        return standard.isPresent() && standard.get().equals(value);
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if the option can't have it; the message says why
     */
    public void check(T value) {
        check.accept(value);
    }

    Class<?> type() {
        return type;
    }

    String text(OptionValues values) {
        return text.apply(values.get(this), values);
    }
}
