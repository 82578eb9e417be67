/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.HashMap;
import java.util.Map;
import org.djladapters.io.Internal;

/** The values of options; an option that is not set has its default. */
@Internal
public final class OptionValues {

    private final Map<Option<?>, Object> values = new HashMap<>();

    OptionValues() {}

    OptionValues(OptionValues others) {
        values.putAll(others.values);
    }

    /** Returns the value of an option. */
    @SuppressWarnings("unchecked") // set puts a value of the option's type there
    public <T> T get(Option<T> option) {
        return (T) values.getOrDefault(option, option.standard());
    }

    <T> void set(Option<T> option, T value) {
        option.check(value);
        if (value.equals(option.standard())) {
            values.remove(option);
        } else {
            values.put(option, value);
        }
    }
}
