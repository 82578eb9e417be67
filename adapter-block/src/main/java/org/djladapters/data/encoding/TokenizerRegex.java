/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells whether the regular expressions of a tokenizer can be matched without much backtracking:
 * Oniguruma, which matches them, gives up after ten million steps from one position, and the
 * tokenizers then end the Java virtual machine.
 *
 * <p>Allowed are expressions that take at most some hundred steps for each character of a text:
 * nothing of variable length may be repeated, and there may be only one unbounded repetition before
 * something that can fail. That holds for the expressions of GPT-2, LLaMA 3, Qwen, DeepSeek, and
 * models like them.
 */
final class TokenizerRegex {

    private static final int DEEPEST = 50;
    private static final int MOST_WAYS = 1_000;
    private static final int END = -1;

    private final String text;
    private int at;
    private int depth;

    /** Says that an expression is refused. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * The number of ways in which something can be matched.
     *
     * @param ways the number of ways apart from unbounded repetition
     * @param unbounded how many repetitions are unbounded
     */
    private record Ways(long ways, int unbounded) {

        static final Ways ONE = new Ways(1, 0);

        Ways then(Ways next) {
            return new Ways(Math.min(ways * next.ways, MOST_WAYS + 1L), unbounded + next.unbounded);
        }

        Ways or(Ways other) {
            return new Ways(
                    Math.min(ways + other.ways, MOST_WAYS + 1L),
                    Math.max(unbounded, other.unbounded));
        }
    }

    /**
     * A part of an expression.
     *
     * @param last its ways if nothing follows that can fail, and one of them will do
     * @param inner its ways if something does
     * @param canFail whether it can fail
     */
    private record Part(Ways last, Ways inner, boolean canFail) {

        static final Part CHARACTER = new Part(Ways.ONE, Ways.ONE, true);
        static final Part NOTHING = new Part(Ways.ONE, Ways.ONE, false);
    }

    private TokenizerRegex(String text) {
        this.text = text;
    }

    /** Says why an expression is refused, to be read after it, or null if it is not. */
    static String problem(String regex) {
        TokenizerRegex parser = new TokenizerRegex(regex);
        try {
            Ways ways = parser.choice().last();
            if (parser.peek() != END) {
                throw new Refused(" is not understood");
            }
            if (ways.unbounded() > 1 || ways.ways() > MOST_WAYS) {
                throw new Refused(" can backtrack too much");
            }
            return null;
        } catch (Refused e) {
            return e.getMessage();
        }
    }

    private Part choice() {
        if (++depth > DEEPEST) {
            throw new Refused(" is nested too deeply");
        }
        Part choice = sequence();
        while (take('|')) {
            Part other = sequence();
            choice =
                    new Part(
                            choice.last().or(other.last()),
                            choice.inner().or(other.inner()),
                            choice.canFail() && other.canFail());
        }
        depth--;
        return choice;
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (peek() != END && peek() != '|' && peek() != ')') {
            parts.add(repeated(item()));
        }
        Ways last = Ways.ONE;
        Ways inner = Ways.ONE;
        boolean canFail = false;
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            last = last.then(canFail ? part.inner() : part.last());
            inner = inner.then(part.inner());
            canFail |= part.canFail();
        }
        return new Part(last, inner, canFail);
    }

    private Part repeated(Part item) {
        int least;
        int most;
        boolean braces = peek() == '{';
        if (braces) {
            int end = text.indexOf('}', at);
            String range = end < 0 ? "" : text.substring(at + 1, end);
            if (!range.matches("\\d{1,6}(,\\d{0,6})?|,\\d{1,6}")) {
                throw new Refused(" is not understood");
            }
            at = end + 1;
            String[] ends = range.split(",", -1);
            least = ends[0].isEmpty() ? 0 : Integer.parseInt(ends[0]);
            String greatest = ends[ends.length - 1];
            most = greatest.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(greatest);
        } else if (take('?')) {
            least = 0;
            most = 1;
        } else if (take('*')) {
            least = 0;
            most = Integer.MAX_VALUE;
        } else if (take('+')) {
            least = 1;
            most = Integer.MAX_VALUE;
        } else {
            return item;
        }
        if (!take('?') && !braces) {
            take('+');
        }
        if (peek() != END && "*+?{".indexOf(peek()) >= 0) {
            throw new Refused(" repeats a repetition");
        }
        if (most > 1 && !item.inner().equals(Ways.ONE)) {
            throw new Refused(
                    " repeats something of variable length, which can backtrack" + " endlessly");
        }
        Ways times =
                most == Integer.MAX_VALUE
                        ? new Ways(1, 1)
                        : new Ways(1 + Math.abs(most - least), 0);
        return new Part(item.last(), item.inner().then(times), least > 0 && item.canFail());
    }

    private Part item() {
        int c = next();
        return switch (c) {
            case '\\' -> escape();
            case '[' -> {
                skipSet(0);
                yield Part.CHARACTER;
            }
            case '(' -> group();
            case '*', '+', '?', '{' -> throw new Refused(" is not understood");
            default -> Part.CHARACTER;
        };
    }

    private Part escape() {
        int c = next();
        if (c == END) {
            throw new Refused(" is not understood");
        }
        if (c == 'k' || c == 'g' || (c >= '1' && c <= '9')) {
            throw new Refused(" refers to a group");
        }
        if ((c == 'p' || c == 'P' || c == 'x') && peek() == '{') {
            at = text.indexOf('}', at) + 1;
            if (at == 0) {
                throw new Refused(" is not understood");
            }
        }
        return Part.CHARACTER;
    }

    private void skipSet(int nested) {
        if (nested > DEEPEST) {
            throw new Refused(" is nested too deeply");
        }
        take('^');
        take(']'); // stands for itself at the begin
        while (peek() != ']') {
            int c = next();
            if (c == END) {
                throw new Refused(" is not understood");
            }
            if (c == '\\') {
                next();
            } else if (c == '[') {
                skipSet(nested + 1);
            }
        }
        next();
    }

    private Part group() {
        boolean around = false;
        if (take('?')) {
            int kind = next();
            if (kind == '<' && (peek() == '=' || peek() == '!')) {
                next();
                around = true;
            } else if (kind == '<') {
                at = text.indexOf('>', at) + 1;
                if (at == 0) {
                    throw new Refused(" is not understood");
                }
            } else if (kind == '=' || kind == '!') {
                around = true;
            } else if (kind == '#') {
                at = text.indexOf(')', at) + 1;
                if (at == 0) {
                    throw new Refused(" is not understood");
                }
                return Part.NOTHING;
            } else if (kind != ':' && kind != '>') {
                at--;
                while (peek() == 'i' || peek() == 'm' || peek() == '-') {
                    next();
                }
                if (take(')')) {
                    return Part.NOTHING; // flags for what follows
                }
                if (!take(':')) {
                    throw new Refused(" has a kind of group that no tokenizer needs");
                }
            }
        }
        Part body = choice();
        if (!take(')')) {
            throw new Refused(" is not understood");
        }
        return around ? new Part(body.last(), body.inner(), true) : body;
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private int next() {
        return at < text.length() ? text.charAt(at++) : END;
    }

    private boolean take(char wanted) {
        boolean there = peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }
}
