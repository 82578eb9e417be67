/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Finds enum constants by the names that users write, those of {@code toString}. */
public final class Names {

    private Names() {}

    /**
     * Returns the constant of a name; if there is none, the message names the kind of constants,
     * such as {@code map}, and lists them.
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String what, String name) {
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (constant.toString().equals(name)) {
                return constant;
            }
        }
        String known =
                Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "There is no %s '%s'; choose one of %s".formatted(what, name, known));
    }
}
