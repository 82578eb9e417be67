/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;

/** Checks the arguments of measurements. */
public final class Arguments {

    private Arguments() {}

    /**
     * Copies configurations in their order; names that adapters and folders can't have are refused.
     *
     * @param purpose the verb of the message
     */
    public static Map<String, AdapterConfig> named(
            Map<String, AdapterConfig> methods, String purpose) {
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("There is no method to " + purpose + "; name some");
        }
        for (String name : methods.keySet()) {
            if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
                throw new IllegalArgumentException(
                        "'%s' can't be the name of a method; use letters, digits, '.', '_', '-'"
                                .formatted(name));
            }
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    }

    /** Returns the number, which must be at least 1. */
    public static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "The %s must be at least 1, got %d", what, value));
        }
        return value;
    }
}
