/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A regular expression on module paths in Python's syntax, as PEFT's configurations have them,
 * which answers in bounded time whatever a stranger wrote.
 *
 * <p>{@code java.util.regex} can take exponential time, so RE2/J matches, which follows all that an
 * expression can be at once and never tries anything twice. It knows no lookahead, by which
 * adapters of multimodal models leave out the vision tower, as in {@code ^(?!.*vision).*q_proj$} or
 * {@code ^model(?=\.).*q_proj$}. All that they need where they stand is to be matched there for
 * themselves. So an expression is taken apart into its alternatives, and each of these into
 * lookaheads and what stands before and after them: every place is tried where the former ends.
 * There may be one such place in an alternative. Other lookaround, backreferences, conditional and
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
     * One of several alternatives: lookaheads where it begins, an expression, and one of the
     * alternatives that may follow it. The expression is null where it is nothing; what follows is
     * null where the expression is for all.
     */
    record Alternative(List<Look> looks, Pattern rest, List<Alternative> following) {

        private boolean holds(String path, boolean whole) {
            if (!looks.stream().allMatch(look -> look.holds(path))) {
                return false;
            }
            if (rest == null) {
                return any(following, path, whole);
            }
            if (following == null) {
                return whole ? rest.matches(path) : rest.matcher(path).lookingAt();
            }
            return IntStream.rangeClosed(0, path.length())
                    .filter(place -> rest.matches(path.substring(0, place)))
                    .anyMatch(place -> any(following, path.substring(place), whole));
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
     * @throws IllegalArgumentException if it is no regular expression, or has something that is not
     *     supported; the message says what
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
