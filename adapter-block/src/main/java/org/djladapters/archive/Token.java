/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.Set;

/** A token of program text, between two indices, with the number of brackets around it. */
record Token(Kind kind, int start, int end, int depth, String text) {

    private static final Set<String> OPERATORS =
            Set.of("and", "or", "not", "if", "else", "in", "is", "for");

    enum Kind {
        NAME,
        NUMBER,
        STRING,
        SYMBOL
    }

    boolean is(String symbol) {
        return kind != Kind.STRING && text.equals(symbol);
    }

    /** Returns whether it joins what stands beside it into something larger. */
    boolean nests() {
        return kind == Kind.SYMBOL || (kind == Kind.NAME && OPERATORS.contains(text));
    }

    boolean isAt(int otherDepth, String symbol) {
        return depth == otherDepth && is(symbol);
    }
}
