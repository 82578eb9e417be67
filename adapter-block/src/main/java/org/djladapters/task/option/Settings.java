/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.io.Internal;

/** The values of {@link Setting}s, each checked when it was set. Immutable. */
@Internal
public final class Settings {

    /** All settings at their defaults. */
    public static final Settings DEFAULT = new Settings(Map.of());

    private final Map<Setting<?>, Object> chosen;

    private Settings(Map<Setting<?>, Object> chosen) {
        this.chosen = Map.copyOf(chosen);
    }

    /** Returns the value of a setting that has a default. */
    public <V> V get(Setting<V> setting) {
        return find(setting).orElseThrow();
    }

    /** Returns the value of a setting, which is its default if none was set; empty without one. */
    public <V> Optional<V> find(Setting<V> setting) {
        Object value = chosen.get(setting);
        return value == null ? setting.standard() : Optional.of(setting.cast(value));
    }

    /** Returns the value of a setting like {@link #find}. */
    public OptionalInt findInt(Setting<Integer> setting) {
        return find(setting).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /**
     * Returns the same settings with one changed.
     *
     * @param value the value; null for the default
     * @throws IllegalArgumentException if the value can't be
     */
    public <V> Settings with(Setting<V> setting, V value) {
        Map<Setting<?>, Object> changed = new HashMap<>(chosen);
        if (value == null || setting.standard().equals(Optional.of(value))) {
            changed.remove(setting);
        } else {
            setting.check(value);
            changed.put(setting, value);
        }
        return new Settings(changed);
    }

    /**
     * Returns the same settings with those changed that a person gave.
     *
     * @param given values by the names of options; others than those of the settings are left out
     * @throws IllegalArgumentException if a value can't be
     */
    public Settings with(List<Setting<?>> settings, Map<String, ?> given) {
        Settings changed = this;
        for (Setting<?> setting : settings) {
            changed = changed.given(setting, given);
        }
        return changed;
    }

    private <V> Settings given(Setting<V> setting, Map<String, ?> given) {
        Object value =
                setting.option().map(option -> (Object) given.get(option.name())).orElse(null);
        return value == null ? this : with(setting, setting.read(value));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && settings.chosen.equals(chosen);
    }

    @Override
    public int hashCode() {
        return chosen.hashCode();
    }

    @Override
    public String toString() {
        return chosen.toString();
    }
}
