/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * A regular expression on module paths in Python's syntax, as PEFT's configurations have them,
 * which answers in bounded time whatever a stranger wrote.
 *
 * <p>{@code java.util.regex} can take exponential time, so RE2/J matches, which follows all that an
 * expression can be at once and never tries anything twice. It knows no lookahead, by which
 * adapters of multimodal models leave out the vision tower, as in {@code ^(?!.*vision).*q_proj$}.
 * Such lookaheads stand at the beginning, where all they need is to be matched there for
 * themselves. So an expression is taken apart into its alternatives, and each of these into
 * lookaheads at its beginning and the rest. Other lookaround, backreferences, conditional and
 * atomic groups and possessive repetition are refused.
 *
 * <p>{@code \d}, {@code \w}, {@code \s} and {@code \b} know ASCII only, unlike Python's: the names
 * of modules are identifiers in ASCII. There are no line breaks in paths either, so that {@code $}
 * is for the end only.
 *
 * <p>Instances are immutable and may be shared between threads.
 */
final class PathExpression {

    /**
     * One of several alternatives: lookaheads where it begins, and the rest of it, which is null
     * where a group of alternatives encloses it.
     */
    record Alternative(List<Look> looks, Pattern rest, List<Alternative> inside) {

        private boolean holds(String path, boolean whole) {
            if (!looks.stream().allMatch(look -> look.holds(path))) {
                return false;
            }
            if (rest == null) {
                return any(inside, path, whole);
            }
            return whole ? rest.matches(path) : rest.matcher(path).lookingAt();
        }

        private static boolean any(List<Alternative> several, String path, boolean whole) {
            return several.stream().anyMatch(a -> a.holds(path, whole));
        }
    }

    /** A lookahead: a path must begin with one of the alternatives, or with none. */
    record Look(List<Alternative> alternatives, boolean negative) {

        private boolean holds(String path) {
            return Alternative.any(alternatives, path, false) != negative;
        }
    }

    private final String text;
    private final List<Alternative> fromBegin;
    private final List<Alternative> afterDot;

    private PathExpression(String text) {
        this.text = text;
        fromBegin = PathExpressionReader.read(text, true);
        boolean same = !text.contains("^") && !text.contains("\\A");
        afterDot = same ? fromBegin : PathExpressionReader.read(text, false);
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is none, or has what is not supported; the message
     *     says what
     */
    static PathExpression parse(String text) {
        return new PathExpression(text);
    }

    /** The expression as it was given. */
    String text() {
        return text;
    }

    /** Tells whether the expression is for all of a path, as {@code re.fullmatch}. */
    boolean matches(String path) {
        return Alternative.any(fromBegin, path, true);
    }

    /**
     * Tells whether the expression is for all of a path or for all that follows a dot in it, as
     * {@code re.match(r"(.*\.)?(EXPRESSION)$", path)}.
     */
    boolean matchesTail(String path) {
        boolean found = matches(path);
        for (int dot = path.indexOf('.'); dot >= 0 && !found; dot = path.indexOf('.', dot + 1)) {
            found = Alternative.any(afterDot, path.substring(dot + 1), true);
        }
        return found;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
