/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.option;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The values of options. An option that is not among the chosen ones has its default.
 *
 * @param chosen the values that differ from defaults, each checked when it was set
 */
public record OptionValues(Map<Option<?>, Object> chosen) {

    /** All options at their defaults. */
    public static final OptionValues DEFAULT = new OptionValues(Map.of());

    /** Copies the values. */
    public OptionValues {
        chosen = Map.copyOf(chosen);
    }

    /** Returns the value of an option that has a default. */
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow();
    }

    /** Returns the value of an option; empty if none is chosen and it has no default. */
    @SuppressWarnings("unchecked") // with puts a value of the option's type there
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) chosen.get(option)).or(option::standard);
    }

    /** Returns the value of an option like {@link #find}. */
    public OptionalInt findInt(Option<Integer> option) {
        return find(option).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /**
     * Returns the same values with one changed.
     *
     * @param value the value; null for the default
     * @throws IllegalArgumentException if the option can't have the value
     */
    public <T> OptionValues with(Option<T> option, T value) {
        Map<Option<?>, Object> changed = new HashMap<>(chosen);
        if (value != null) {
            option.check(value);
        }
        if (value == null || option.isStandard(value)) {
            changed.remove(option);
        } else {
            changed.put(option, value);
        }
        return new OptionValues(changed);
    }

    /**
     * Returns the same values with those changed that a person gave.
     *
     * @param given values by the names of arguments; others than these are left out
     * @throws IllegalArgumentException if an option can't have its value
     */
    public OptionValues with(List<Argument> arguments, Map<String, ?> given) {
        OptionValues changed = this;
        for (Argument argument : arguments) {
            Object value = given.get(argument.name());
            changed = value == null ? changed : argument.setter().apply(changed, value);
        }
        return changed;
    }

    /** Returns the texts of options, separated by commas, without those that are empty. */
    public String text(List<Option<?>> options) {
        return options.stream()
                .map(option -> option.text(this))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
