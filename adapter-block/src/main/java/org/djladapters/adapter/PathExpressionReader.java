/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.djladapters.adapter.PathExpression.Alternative;
import org.djladapters.adapter.PathExpression.Look;

/**
 * Takes an expression in Python's syntax apart and spells the parts as RE2/J knows them, or refuses
 * it. Captured text is of no use here, so that groups only group.
 */
final class PathExpressionReader {

    private static final int MOST_CHARACTERS = 1_000_000;

    /** The largest {@link #count}, so that RE2/J, which recurses, needs little stack and time. */
    private static final int MOST = 20_000;

    /** What counts as much as this leads RE2/J to one more place without a character. */
    private static final int OPERATOR = 10;

    /** What is repeated without a bound is a place that RE2/J goes on from at every character. */
    private static final int UNBOUNDED = 50;

    /** How often the parts of an alternative with a place between them may be tried. */
    private static final int PLACES = 10;

    private static final int LONGEST_NAME = 2_000;
    private static final int DEEPEST = 100;

    /** RE2/J's own limit. */
    private static final int MOST_TIMES = 1_000;

    private static final String LATE_LOOK = "a lookahead after its beginning";
    private static final Pattern COMMENT = Pattern.compile("\\(\\?#[^)]*\\)");
    private static final Pattern ALL_FLAGS = Pattern.compile("\\(\\?([aimsu]+)\\)");
    private static final Pattern FLAGS =
            Pattern.compile("\\(\\?([aimsu]*)(?:-([ims]+))?:"); // also of no flags
    private static final Pattern NAME = Pattern.compile("\\(\\?P<([A-Za-z_][A-Za-z_0-9]*)>");
    private static final Pattern REPEAT = Pattern.compile("[*+?]|\\{(?!\\})(\\d*)(,?)(\\d*)\\}");
    private static final Pattern CATEGORY = Pattern.compile("\\\\[dDsSwW]");
    private static final Pattern CHARACTER =
            Pattern.compile(
                    "\\\\(?:[afnrtv]|0[0-7]{0,2}|[1-3][0-7]{2}|[^\\p{Alnum}]"
                            + "|x(\\p{XDigit}{2})|u(\\p{XDigit}{4})|U(\\p{XDigit}{8}))");

    private final String text;
    private final boolean fromBegin;
    private String flags = "";
    private Set<String> names = new HashSet<>();
    private int at;
    private int depth;
    private int looking;
    private boolean apart;
    private int edges;
    private int operators;
    private long count;

    private PathExpressionReader(String text, boolean fromBegin) {
        this.text = text;
        this.fromBegin = fromBegin;
    }

    /**
     * Reads an expression.
     *
     * @param fromBegin whether it is for whole paths; otherwise it is for what follows a dot in
     *     them, where {@code ^} holds nowhere
     */
    static List<Alternative> read(String text, boolean fromBegin) {
        if (text.length() > MOST_CHARACTERS) {
            throw tooLarge(text);
        }
        PathExpressionReader reader = new PathExpressionReader(text, fromBegin);
        Matcher all = reader.take(ALL_FLAGS);
        if (all != null) {
            String known = all.group(1).replaceAll("[au]", "");
            reader.flags = known.isEmpty() ? "" : "(?" + known + ")";
        }
        List<Alternative> alternatives = reader.alternatives();
        if (reader.at < text.length()) {
            throw reader.malformed("there is a ) too many");
        }
        return alternatives;
    }

    // ---- what is taken apart

    private List<Alternative> alternatives() {
        List<Alternative> found = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        do {
            alternative(found, names);
        } while (take("|"));
        addNames(found, names);
        return found;
    }

    /** RE2/J is faster on many names at once than on each, but slow in reading long expressions. */
    private void addNames(List<Alternative> found, StringBuilder names) {
        if (!names.isEmpty()) {
            names.setLength(names.length() - 1);
            found.add(new Alternative(List.of(), compiled(names), null));
            names.setLength(0);
        }
    }

    /** Adds an alternative, either to what was found or, with a bar, to names. */
    private void alternative(List<Alternative> found, StringBuilder names) {
        count(1);
        int before = operators;
        List<Look> looks = new ArrayList<>();
        StringBuilder out = new StringBuilder();
        boolean more = true;
        while (more) {
            if (peek() == '^') {
                count(item(out));
            } else if (take("(?=") || take("(?!")) {
                looks.add(look(text.charAt(at - 1) == '!'));
            } else {
                more = comment();
            }
        }
        Optional<List<Alternative>> inside = ofEnclosingGroup();
        if (inside.isPresent()) {
            boolean anywhere = fromBegin || out.isEmpty();
            found.add(new Alternative(looks, null, anywhere ? inside.get() : List.of()));
            return;
        }
        int edgesBefore = edges;
        long weight = sequence(out, true);
        if (isLook()) {
            if (edges > edgesBefore) {
                throw unsupported("$ or \\b before " + LATE_LOOK);
            }
            found.add(new Alternative(looks, compiled(out), remainder(weight)));
        } else if (looks.isEmpty() && out.length() <= LONGEST_NAME && operators == before) {
            names.append(out).append('|'); // not counted: RE2/J is at one place of it at a time
            if (names.length() > LONGEST_NAME) {
                addNames(found, names);
            }
        } else {
            count(weight);
            found.add(new Alternative(looks, compiled(out), null));
        }
    }

    /** Reads the rest of an alternative, from a lookahead on. */
    private List<Alternative> remainder(long weightBefore) {
        if (apart) {
            throw unsupported("a second place with " + LATE_LOOK); // would multiply the places
        }
        apart = true;
        long counted = count;
        List<Alternative> found = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        alternative(found, names);
        addNames(found, names);
        count(PLACES * (weightBefore + count - counted));
        apart = false;
        return found;
    }

    private boolean isLook() {
        return text.startsWith("(?=", at) || text.startsWith("(?!", at);
    }

    private Look look(boolean negative) {
        count(OPERATOR);
        looking++;
        List<Alternative> alternatives = closed();
        looking--;
        if (isRepeat()) {
            throw unsupported("a repeated lookahead");
        }
        return new Look(alternatives, negative);
    }

    /**
     * Reads a group that is all that remains; if there is no such group, returns nothing and reads
     * nothing.
     */
    private Optional<List<Alternative>> ofEnclosingGroup() {
        int begin = at;
        long counted = count;
        Set<String> named = new HashSet<>(names);
        if (peek() == '(' && (text.startsWith("(?", at) ? name() || take("(?:") : take("("))) {
            List<Alternative> inside = closed();
            while (looking == 0 && take("$")) {} // all must match anyway
            if (at == text.length() || peek() == '|' || peek() == ')') {
                return Optional.of(inside);
            }
        }
        at = begin;
        count = counted;
        names = named;
        return Optional.empty();
    }

    private List<Alternative> closed() {
        deeper();
        List<Alternative> inside = alternatives();
        close();
        return inside;
    }

    private com.google.re2j.Pattern compiled(CharSequence part) {
        try {
            return com.google.re2j.Pattern.compile(flags + part);
        } catch (PatternSyntaxException e) {
            throw malformed(e.getDescription() + " at " + quote(e.getPattern()));
        }
    }

    // ---- what is spelt as RE2/J knows it; all of these return how much it counts

    private long sequence(StringBuilder out, boolean untilLook) {
        long weight = 0;
        while (at < text.length() && peek() != '|' && peek() != ')' && !(untilLook && isLook())) {
            weight += comment() ? 0 : repeated(item(out), out);
        }
        return weight;
    }

    private boolean comment() {
        return peek() == '(' && take(COMMENT) != null;
    }

    private long item(StringBuilder out) {
        if (isRepeat()) {
            throw malformed("there is nothing to repeat before " + peek());
        }
        char c = peek();
        return switch (c) {
            case '(' -> group(out);
            case '[' -> set(out);
            case '\\' -> escape(out);
            case '^' -> anchor("^", fromBegin ? "^" : "\\b\\B", out);
            case '$' -> anchor("$", "$", out);
            default -> {
                out.append(c == '{' ? "\\{" : c);
                at++;
                yield 1;
            }
        };
    }

    private long anchor(String python, String re2, StringBuilder out) {
        operators++;
        boolean begin = python.equals("^") || python.equals("\\A");
        boolean end = python.equals("$") || python.equals("\\Z");
        if (apart && !end) {
            throw unsupported(python + " after " + LATE_LOOK);
        }
        edges += begin ? 0 : 1;
        take(python);
        if (isRepeat()) {
            throw malformed("there is nothing to repeat after an anchor");
        }
        out.append(re2);
        return OPERATOR;
    }

    private boolean isRepeat() {
        while (comment()) {} // as if it were not there
        return at < text.length() && "*+?{".indexOf(peek()) >= 0 && at(REPEAT) != null;
    }

    private long repeated(long weight, StringBuilder out) {
        if (!isRepeat()) {
            return weight;
        }
        operators++;
        Matcher repeat = take(REPEAT);
        long total;
        if (repeat.group(2) == null) {
            out.append(repeat.group());
            total = weight + (repeat.group().equals("?") ? 2 * OPERATOR : UNBOUNDED);
        } else {
            int least = number(repeat.group(1), 0);
            int most = repeat.group(2).isEmpty() ? least : number(repeat.group(3), -1);
            out.append("{" + least + "," + (most < 0 ? "" : most) + "}");
            total = (weight + OPERATOR) * Math.max(Math.max(least, most), 1);
            total += most < 0 ? UNBOUNDED : 0;
        }
        if (take("+")) {
            throw unsupported("possessive repetition such as a++");
        }
        if (take("?")) {
            out.append('?');
        }
        if (total > MOST) {
            throw tooLarge(text);
        }
        return total;
    }

    private int number(String digits, int otherwise) {
        int number;
        try {
            number = digits.isEmpty() ? otherwise : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            number = Integer.MAX_VALUE;
        }
        if (number > MOST_TIMES) {
            throw tooLarge(text);
        }
        return number;
    }

    private long group(StringBuilder out) {
        Matcher some = take(FLAGS);
        if (some != null) {
            String known = some.group(1).replaceAll("[au]", "");
            out.append("(?" + known + (some.group(2) == null ? "" : "-" + some.group(2)) + ":");
        } else if (name() || (!text.startsWith("(?", at) && take("("))) {
            out.append("(?:");
        } else {
            throw unknownGroup();
        }
        operators++;
        deeper();
        long weight = OPERATOR;
        do {
            weight += sequence(out, false) + OPERATOR;
            out.append(peek() == '|' ? "|" : "");
        } while (take("|"));
        close();
        out.append(')');
        return weight;
    }

    private boolean name() {
        Matcher name = take(NAME);
        if (name != null && !names.add(name.group(1))) {
            throw malformed("there are two groups " + name.group(1));
        }
        return name != null;
    }

    private IllegalArgumentException unknownGroup() {
        String rest = text.substring(at, Math.min(at + 4, text.length()));
        if (isLook()) {
            return unsupported(LATE_LOOK + " in a group");
        } else if (rest.equals("(?<=") || rest.equals("(?<!")) {
            return unsupported("a lookbehind");
        } else if (rest.equals("(?P=")) {
            return unsupported("a backreference (?P=…)");
        } else if (rest.startsWith("(?>")) {
            return unsupported("an atomic group (?>…)");
        } else if (rest.startsWith("(?(")) {
            return unsupported("a conditional group (?(…)…)");
        } else if (rest.startsWith("(?x") || rest.startsWith("(?L")) {
            return unsupported("the flag " + rest.charAt(2));
        }
        return malformed(
                take(ALL_FLAGS) != null
                        ? "flags for all of the expression must stand at its start"
                        : "there is an unknown group " + rest);
    }

    private long escape(StringBuilder out) {
        char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (c == 'A') {
            return anchor("\\A", fromBegin ? "\\A" : "\\b\\B", out);
        } else if (c == 'Z' || c == 'b' || c == 'B') {
            return anchor("\\" + c, c == 'Z' ? "\\z" : "\\" + c, out);
        }
        Matcher category = take(CATEGORY);
        out.append(category != null ? category.group() : character());
        return 1;
    }

    private String character() {
        Matcher character = take(CHARACTER);
        if (character != null) {
            for (int i = 1; i <= 3; i++) {
                if (character.group(i) != null) {
                    return "\\x{" + character.group(i) + "}";
                }
            }
            return character.group();
        }
        String rest = text.substring(at, Math.min(at + 2, text.length()));
        if (rest.matches("\\\\[1-9]")) {
            throw unsupported("a backreference such as " + rest);
        } else if (rest.equals("\\N")) {
            throw unsupported("a character by its name \\N{…}");
        }
        throw malformed("there is no escape " + rest);
    }

    private long set(StringBuilder out) {
        operators++;
        int begin = at;
        take("[");
        out.append(take("^") ? "[^" : "[");
        for (boolean first = true; first || peek() != ']'; first = false) {
            Matcher category = peek() == '\\' ? take(CATEGORY) : null;
            if (category != null) {
                out.append(category.group());
                if (peek() == '-' && !text.startsWith("-]", at)) {
                    throw malformed("a range in [ ] begins with a category");
                }
            } else if (take("\\b")) {
                out.append("\\x08");
            } else if (peek() == '\\') {
                out.append(character());
            } else if (at == text.length()) {
                throw malformed("a ] is missing");
            } else {
                out.append(peek() == '[' ? "\\[" : peek()); // [: has no meaning in Python
                at++;
            }
        }
        take("]");
        out.append(']');
        return (long) OPERATOR + at - begin;
    }

    // ---- limits

    private void count(long weight) {
        count += weight;
        if (count > MOST) {
            throw tooLarge(text);
        }
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw unsupported("groups in more than " + DEEPEST + " groups");
        }
    }

    private void close() {
        if (!take(")")) {
            throw malformed("a ) is missing");
        }
        depth--;
    }

    // ---- the text

    /** The next character, 0 at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(String wanted) {
        boolean there = text.startsWith(wanted, at);
        at += there ? wanted.length() : 0;
        return there;
    }

    private Matcher at(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private Matcher take(Pattern pattern) {
        Matcher matcher = at(pattern);
        at = matcher == null ? at : matcher.end();
        return matcher;
    }

    private static IllegalArgumentException tooLarge(String text) {
        return new IllegalArgumentException(
                quote(text)
                        + " is too large a regular expression; write it with fewer repetitions, or"
                        + " list the modules by name");
    }

    private IllegalArgumentException malformed(String problem) {
        return new IllegalArgumentException(
                quote(text)
                        + " is not a regular expression of Python's: "
                        + problem
                        + (at < text.length() || at == 0 ? "" : ", at its end"));
    }

    private IllegalArgumentException unsupported(String what) {
        return new IllegalArgumentException(
                quote(text)
                        + " has "
                        + what
                        + ", which is not supported in regular expressions on module paths; list"
                        + " the modules by name, or put a lookahead at the beginning");
    }
}
