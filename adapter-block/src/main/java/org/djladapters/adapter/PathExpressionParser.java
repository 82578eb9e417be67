/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.djladapters.io.MalformedFileException.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads regular expressions in the syntax of Python's {@code re}. Captured text is of no use here,
 * so that groups only group, and lazy repetition is like greedy.
 */
final class PathExpressionParser {

    private static final int DEEPEST = 100;
    private static final int END = -1;
    private static final String REPEATS = "*+?{";

    private final String expression;
    private final int[] text;
    private int at;
    private int depth;
    private Flags flags = new Flags(false, false, false, false);

    private record Flags(boolean anyCase, boolean lines, boolean dotAll, boolean ascii) {

        Flags with(int letter, boolean on) {
            return switch (letter) {
                case 'i' -> new Flags(on, lines, dotAll, ascii);
                case 'm' -> new Flags(anyCase, on, dotAll, ascii);
                case 's' -> new Flags(anyCase, lines, on, ascii);
                default -> new Flags(anyCase, lines, dotAll, on == (letter == 'a'));
            };
        }
    }

    /** What an expression consists of. */
    sealed interface Node {

        /** One character. */
        record One(IntPredicate test) implements Node {}

        /** One part after the other, or nothing. */
        record Sequence(List<Node> parts) implements Node {}

        /** One of several parts. */
        record Choice(List<Node> parts) implements Node {}

        /** A part again and again. */
        record Repeat(Node body, int least, int most) implements Node {

            static final int UNBOUNDED = -1;
        }

        /** A place. */
        record At(Anchor anchor) implements Node {}

        /** What must, or must not, be around; behind, it has a fixed width. */
        record Look(Node body, boolean ahead, boolean negative, int width) implements Node {}
    }

    /** Places in a text. */
    enum Anchor {
        BEGIN,
        END,
        LINE_BEGIN,
        LINE_END,
        LAST_LINE_END,
        WORD_EDGE,
        ASCII_WORD_EDGE,
        NO_WORD_EDGE,
        NO_ASCII_WORD_EDGE;

        boolean holds(int[] text, int position) {
            int last = text.length;
            return switch (this) {
                case BEGIN -> position == 0;
                case END -> position == last;
                case LINE_BEGIN -> position == 0 || text[position - 1] == '\n';
                case LINE_END -> position == last || text[position] == '\n';
                case LAST_LINE_END ->
                        position == last || (position == last - 1 && text[position] == '\n');
                case WORD_EDGE -> isEdge(text, position, false);
                case ASCII_WORD_EDGE -> isEdge(text, position, true);
                case NO_WORD_EDGE -> !isEdge(text, position, false);
                case NO_ASCII_WORD_EDGE -> !isEdge(text, position, true);
            };
        }

        private static boolean isEdge(int[] text, int position, boolean ascii) {
            boolean before = position > 0 && isWord(text[position - 1], ascii);
            boolean after = position < text.length && isWord(text[position], ascii);
            return before != after;
        }
    }

    private PathExpressionParser(String expression) {
        this.expression = expression;
        text = expression.codePoints().toArray();
    }

    static Node parse(String expression) {
        PathExpressionParser parser = new PathExpressionParser(expression);
        Node node = parser.choice();
        if (parser.peek() != END) {
            throw parser.malformed("there is a ) too many");
        }
        return node;
    }

    private Node choice() {
        if (++depth > DEEPEST) {
            throw unsupported("groups in more than " + DEEPEST + " groups");
        }
        List<Node> parts = new ArrayList<>(List.of(sequence()));
        while (take('|')) {
            parts.add(sequence());
        }
        depth--;
        return parts.size() == 1 ? parts.get(0) : new Node.Choice(parts);
    }

    private Node sequence() {
        List<Node> parts = new ArrayList<>();
        while (peek() != END && peek() != '|' && peek() != ')') {
            int begin = at;
            Node item = item(begin);
            if (item != null) {
                parts.add(isRepeat() ? repeat(item) : item);
            }
        }
        return parts.size() == 1 ? parts.get(0) : new Node.Sequence(parts);
    }

    /** Returns null where flags or a comment stand, which match nothing. */
    private Node item(int begin) {
        int c = next();
        return switch (c) {
            case '.' -> new Node.One(flags.dotAll() ? any -> true : other -> other != '\n');
            case '^' -> new Node.At(flags.lines() ? Anchor.LINE_BEGIN : Anchor.BEGIN);
            case '$' -> new Node.At(flags.lines() ? Anchor.LINE_END : Anchor.LAST_LINE_END);
            case '[' -> new Node.One(set());
            case '(' -> group(begin);
            case '\\' -> escape();
            default -> {
                at = begin;
                if (isRepeat()) {
                    throw malformed("there is nothing to repeat before " + (char) c);
                }
                at = begin + 1;
                yield new Node.One(one(c));
            }
        };
    }

    // ---- repetition

    /** Tells whether a repetition comes; a brace that is none stands for itself. */
    private boolean isRepeat() {
        if (peek() != '{') {
            return peek() != END && REPEATS.indexOf(peek()) >= 0;
        }
        int i = at + 1;
        boolean empty = i < text.length && text[i] == '}';
        i = afterDigits(i);
        if (i < text.length && text[i] == ',') {
            i = afterDigits(i + 1);
        }
        return !empty && i < text.length && text[i] == '}';
    }

    private int afterDigits(int from) {
        int i = from;
        while (i < text.length && text[i] >= '0' && text[i] <= '9') {
            i++;
        }
        return i;
    }

    private Node repeat(Node item) {
        if (item instanceof Node.At) {
            throw malformed("there is nothing to repeat after an anchor");
        }
        int sign = next();
        int least = sign == '+' ? 1 : 0;
        int most = sign == '?' ? 1 : Node.Repeat.UNBOUNDED;
        if (sign == '{') {
            boolean given = peek() != ',';
            least = given ? number() : 0;
            most = least;
            if (take(',')) {
                most = peek() == '}' ? Node.Repeat.UNBOUNDED : number();
            }
            next();
        }
        if (most != Node.Repeat.UNBOUNDED && most < least) {
            throw malformed("a repetition has a maximum below its minimum");
        }
        if (take('+')) {
            throw unsupported("possessive repetition such as a++");
        }
        take('?'); // lazy
        if (isRepeat()) {
            throw malformed("a repetition is repeated");
        }
        return new Node.Repeat(item, least, most);
    }

    private int number() {
        int end = afterDigits(at);
        StringBuilder digits = new StringBuilder();
        while (at < end) {
            digits.appendCodePoint(next());
        }
        try {
            return Integer.parseInt(digits.toString());
        } catch (NumberFormatException e) {
            throw unsupported("repetition for " + digits + " times");
        }
    }

    // ---- groups

    private Node group(int begin) {
        if (!take('?')) {
            return closed(flags);
        }
        int kind = next();
        return switch (kind) {
            case ':' -> closed(flags);
            case 'P' -> named();
            case '#' -> comment();
            case '=', '!' -> new Node.Look(closed(flags), true, kind == '!', 0);
            case '<' -> behind();
            case '>' -> throw unsupported("an atomic group (?>…)");
            case '(' -> throw unsupported("a conditional group (?(…)…)");
            default -> {
                at -= kind == END ? 0 : 1;
                yield flagged(begin);
            }
        };
    }

    private Node comment() {
        while (peek() != ')') {
            if (next() == END) {
                throw malformed("a comment has no end");
            }
        }
        next();
        return null;
    }

    private Node behind() {
        int sign = next();
        if (sign != '=' && sign != '!') {
            throw malformed("after (?< comes = or !; a named group begins with (?P<");
        }
        Node body = closed(flags);
        return new Node.Look(body, false, sign == '!', width(body));
    }

    private Node closed(Flags inside) {
        Flags outside = flags;
        flags = inside;
        Node node = choice();
        flags = outside;
        if (!take(')')) {
            throw malformed("a ) is missing");
        }
        return node;
    }

    private Node named() {
        if (take('=')) {
            throw unsupported("a backreference (?P=…)");
        }
        if (!take('<')) {
            throw malformed("after (?P comes < or =");
        }
        int begin = at;
        while (peek() != '>') {
            int c = next();
            boolean letter =
                    at - 1 == begin
                            ? Character.isUnicodeIdentifierStart(c) || c == '_'
                            : Character.isUnicodeIdentifierPart(c);
            if (!letter) {
                throw malformed("a group has no proper name");
            }
        }
        if (at == begin) {
            throw malformed("a group has no proper name");
        }
        next();
        return closed(flags);
    }

    private Node flagged(int begin) {
        Flags inside = flags;
        boolean on = true;
        while (peek() != ':' && peek() != ')') {
            int c = next();
            if (c == '-' && on) {
                on = false;
            } else if (c == 'x' || c == 'L') {
                throw unsupported("the flag " + (char) c);
            } else if (c == END || "imsau".indexOf(c) < 0 || (!on && (c == 'a' || c == 'u'))) {
                throw malformed("there is an unknown group or flag after (?");
            } else {
                inside = inside.with(c, on);
            }
        }
        if (next() == ':') {
            return closed(inside);
        }
        if (!on || begin > 0) {
            throw malformed("flags for all of the expression must stand at its start");
        }
        flags = inside;
        return null;
    }

    private int width(Node node) {
        if (node instanceof Node.One) {
            return 1;
        }
        if (node instanceof Node.Sequence sequence) {
            return sequence.parts().stream().mapToInt(this::width).reduce(0, Math::addExact);
        }
        if (node instanceof Node.Choice choice) {
            int width = width(choice.parts().get(0));
            if (choice.parts().stream().allMatch(part -> width(part) == width)) {
                return width;
            }
        } else if (!(node instanceof Node.Repeat repeat)) {
            return 0;
        } else if (repeat.least() == repeat.most()) {
            long width = (long) repeat.least() * width(repeat.body());
            return (int) Math.min(width, 1 << 20); // longer than any path
        }
        throw malformed("what is looked for behind a place has no fixed width");
    }

    // ---- characters

    private Node escape() {
        int c = next();
        return switch (c) {
            case 'A' -> new Node.At(Anchor.BEGIN);
            case 'Z' -> new Node.At(Anchor.END);
            case 'b' -> new Node.At(flags.ascii() ? Anchor.ASCII_WORD_EDGE : Anchor.WORD_EDGE);
            case 'B' ->
                    new Node.At(flags.ascii() ? Anchor.NO_ASCII_WORD_EDGE : Anchor.NO_WORD_EDGE);
            case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int octal = octal(c, 3);
                if (octal < 0) {
                    throw unsupported("a backreference such as \\" + (char) c);
                }
                yield new Node.One(one(octal));
            }
            default -> {
                IntPredicate category = category(c);
                yield new Node.One(category != null ? category : one(character(c)));
            }
        };
    }

    private IntPredicate category(int letter) {
        boolean ascii = flags.ascii();
        IntPredicate test =
                switch (Character.toLowerCase(letter)) {
                    case 'd' -> c -> (!ascii || c < 0x80) && Character.isDigit(c);
                    case 's' -> c -> (!ascii || c < 0x80) && isSpace(c);
                    case 'w' -> c -> isWord(c, ascii);
                    default -> null;
                };
        return test != null && Character.isUpperCase(letter) ? test.negate() : test;
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private static boolean isWord(int c, boolean ascii) {
        if (ascii && c >= 0x80) {
            return false;
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || c == '_'
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** The character that an escaped one stands for. */
    private int character(int c) {
        return switch (c) {
            case 'a' -> 7;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            case 'x' -> hexadecimal(2);
            case 'u' -> hexadecimal(4);
            case 'U' -> hexadecimal(8);
            case 'N' -> throw unsupported("a character by its name \\N{…}");
            case '0' -> octal(c, 1);
            case END -> throw malformed("it ends with \\");
            default -> {
                if (c < 0x80 && Character.isLetterOrDigit(c)) {
                    throw malformed("there is no escape \\" + (char) c);
                }
                yield c;
            }
        };
    }

    private int hexadecimal(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0 || value > Character.MAX_CODE_POINT) {
                throw malformed("an escape needs " + digits + " hexadecimal digits");
            }
            value = value * 16 + digit;
        }
        return value;
    }

    /** Reads up to three octal digits, at least some; returns -1 and reads nothing if fewer. */
    private int octal(int first, int least) {
        int value = Character.digit(first, 8);
        int digits = value < 0 ? 0 : 1;
        int begin = at;
        while (digits > 0 && digits < 3 && Character.digit(peek(), 8) >= 0) {
            value = value * 8 + Character.digit(next(), 8);
            digits++;
        }
        if (digits < least || value > 0xFF) {
            at = begin;
            return -1;
        }
        return value;
    }

    private IntPredicate one(int wanted) {
        return anyCase(c -> c == wanted);
    }

    private IntPredicate anyCase(IntPredicate test) {
        if (!flags.anyCase()) {
            return test;
        }
        return c ->
                test.test(c)
                        || test.test(Character.toLowerCase(c))
                        || test.test(Character.toUpperCase(c));
    }

    private IntPredicate set() {
        boolean negative = take('^');
        IntPredicate members = c -> false;
        boolean first = true;
        while (first || peek() != ']') {
            first = false;
            int low = member();
            IntPredicate category = low == END ? category(text[at - 1]) : null;
            boolean range = peek() == '-' && at + 1 < text.length && text[at + 1] != ']';
            if (category == null && range) {
                next();
                int high = member();
                if (high == END || high < low) {
                    throw malformed("a range in [ ] has its ends the wrong way round");
                }
                members = members.or(c -> low <= c && c <= high);
            } else if (category != null && range) {
                throw malformed("a range in [ ] begins with a category");
            } else {
                members = members.or(category != null ? category : c -> c == low);
            }
        }
        next();
        IntPredicate test = anyCase(members);
        return negative ? test.negate() : test;
    }

    /** A member of a set; END for a category, whose letter was read last, or where none is. */
    private int member() {
        int c = next();
        if (c == END) {
            throw malformed("a ] is missing");
        }
        if (c != '\\') {
            return c;
        }
        int escaped = next();
        if (escaped == 'b') {
            return '\b';
        }
        if (escaped != END && category(escaped) != null) {
            return END;
        }
        if (escaped >= '1' && escaped <= '7') {
            int octal = octal(escaped, 1);
            if (octal >= 0) {
                return octal;
            }
        }
        return character(escaped);
    }

    // ---- the text

    private int peek() {
        return at < text.length ? text[at] : END;
    }

    private int next() {
        return at < text.length ? text[at++] : END;
    }

    private boolean take(int wanted) {
        boolean there = peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private IllegalArgumentException malformed(String problem) {
        return new IllegalArgumentException(
                quote(expression)
                        + " is not a regular expression of Python's: "
                        + problem
                        + (at < text.length || at == 0 ? "" : ", at its end"));
    }

    private IllegalArgumentException unsupported(String what) {
        return new IllegalArgumentException(
                quote(expression)
                        + " has "
                        + what
                        + ", which is not supported in regular expressions on module paths; write"
                        + " it without");
    }
}
