/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Enum constants by the names that users write. */
final class Names {

    private Names() {}

    static <E extends Enum<E>> E parse(Class<E> type, String what, String name) {
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (constant.toString().equals(name)) {
                return constant;
            }
        }
        String known =
                Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "There is no " + what + " '" + name + "'; choose one of " + known);
    }
}
