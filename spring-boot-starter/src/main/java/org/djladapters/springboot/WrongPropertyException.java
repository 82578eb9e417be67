/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

/** Says which property is wrong, and what to do. */
final class WrongPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Takes a sentence.
     *
     * @param name the name of the property after the prefix
     * @param problem the sentence after its name
     */
    WrongPropertyException(String name, String problem) {
        super("%s.%s %s".formatted(AdapterProperties.PREFIX, name, problem));
    }

    WrongPropertyException(String name, String problem, Throwable cause) {
        this(name, problem);
        initCause(cause);
    }
}
