/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/**
 * A statement of a method, found by its place in the file.
 *
 * @param target for an assignment what is assigned to, such as {@code x} or {@code _1, _2,}; empty
 *     otherwise
 * @param expression for an assignment or a return the value; for other statements all of the text
 * @param text all of the text without indentation and comments
 * @param indent the number of characters before the statement
 * @param start the index in the file of the statement's first character
 */
public record Statement(
        Kind kind, String target, String expression, String text, int indent, int start) {

    /** The kinds of statements. */
    public enum Kind {
        /** {@code target = expression}. */
        ASSIGNMENT,
        /** {@code return expression}. */
        RETURN,
        /** A call for its effect, a branch, a loop, an assertion, … */
        OTHER
    }

    /** Returns the text of an assignment or a return with another value. */
    public String with(String value) {
        return kind == Kind.RETURN ? "return " + value : target + " = " + value;
    }

    int end() {
        return start + text.length();
    }
}
