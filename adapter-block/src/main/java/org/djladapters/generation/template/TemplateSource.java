/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template whose white space is decided and whose constructs are known.
 *
 * <p>White space goes as in Jinja with {@code trim_blocks} and {@code lstrip_blocks}, which is how
 * transformers renders chat templates: the first line break after a block, spaces before a block
 * that begins its line, and what a minus sign asks for. The texts between blocks are taken out, so
 * that nothing else happens to them.
 *
 * @param program the blocks and expressions of the template, with {@code {{ __text__[i] }}} for
 *     texts
 */
record TemplateSource(String program, List<String> texts) {

    /** The name of the list of texts in the program. */
    static final String TEXTS = "__text__";

    static final Set<String> TAGS =
            Set.of(
                    "if",
                    "elif",
                    "else",
                    "endif",
                    "for",
                    "endfor",
                    "set",
                    "endset",
                    "macro",
                    "endmacro",
                    "generation",
                    "endgeneration");

    static final Set<String> FUNCTIONS =
            Set.of("raise_exception", "strftime_now", "namespace", "range");

    /** Far more than templates have; parsing takes the cube of them. */
    private static final int DEEPEST = 50;

    private static final int LONGEST = 2000;

    private static final Set<String> KEYWORDS =
            Set.of("in", "and", "or", "not", "if", "else", "is", "elif", "for", "set");

    /** Words of Jinjava's expressions that are names in Jinja's. */
    private static final Set<String> OTHER_WORDS =
            Set.of("empty", "div", "mod", "instanceof", "eq", "ne", "lt", "le", "gt", "ge", "null");

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s+|'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|[\\p{L}_][\\p{L}\\p{N}_]*"
                            + "|[0-9][0-9.]*|[=!<>]=|//|\\*\\*|.",
                    Pattern.DOTALL);

    private static final Pattern BACKWARDS = Pattern.compile("\\[\\s*:\\s*:\\s*-\\s*1\\s*\\]");

    /** Reads a template; one that is not complete, or has what is not known here, is refused. */
    static TemplateSource of(String template) {
        return new Reader(template).read();
    }

    /** Returns the tokens of an expression, without white space. */
    static List<String> tokens(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        while (matcher.find()) {
            if (!matcher.group().isBlank()) {
                tokens.add(matcher.group());
            }
        }
        return tokens;
    }

    private static boolean isName(String token) {
        return Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    }

    private static final class Reader {

        private final String source;
        private final StringBuilder program = new StringBuilder();
        private final List<String> texts = new ArrayList<>();
        private final Deque<String> blocks = new ArrayDeque<>();
        private final Set<String> macros = new HashSet<>();
        private int place;
        private boolean lineBegins = true;

        Reader(String template) {
            String lines = template.replace("\r\n", "\n").replace('\r', '\n');
            source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
        }

        TemplateSource read() {
            while (place < source.length()) {
                int begin = nextTag();
                if (begin < 0) {
                    text(source.substring(place));
                    break;
                }
                tag(begin);
            }
            if (!blocks.isEmpty()) {
                throw new TemplateException("does not end its block '" + blocks.peek() + "'");
            }
            return new TemplateSource(program.toString(), List.copyOf(texts));
        }

        private int nextTag() {
            for (int i = source.indexOf('{', place);
                    i >= 0 && i + 1 < source.length();
                    i = source.indexOf('{', i + 1)) {
                if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                    return i;
                }
            }
            return -1;
        }

        private void tag(int begin) {
            char kind = source.charAt(begin + 1);
            char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
            text(before(source.substring(place, begin), kind, sign));
            int body = begin + 2 + (sign == '-' || sign == '+' ? 1 : 0);
            int end = kind == '#' ? source.indexOf("#}", body) : end(body, kind);
            if (end < 0) {
                throw new TemplateException("has a '{" + kind + "' that does not end");
            }
            char last = end > body ? source.charAt(end - 1) : ' ';
            boolean signed = last == '-' || (last == '+' && kind != '{');
            String content = source.substring(body, signed ? end - 1 : end);
            after(end + 2, kind, signed ? last : ' ');
            if (kind == '{') {
                check(tokens(content));
                program.append("{{ ").append(oneLine(content)).append(" }}");
            } else if (kind == '%') {
                block(content);
            }
        }

        /** Returns what is left of the text before a tag. */
        private String before(String text, char kind, char sign) {
            if (sign == '-') {
                return PythonText.stripRight(text);
            }
            int line = text.lastIndexOf('\n') + 1;
            boolean first = line > 0 || lineBegins;
            boolean blank = PythonText.stripRight(text.substring(line)).isEmpty();
            return kind != '{' && sign != '+' && first && blank ? text.substring(0, line) : text;
        }

        /** Goes on after a tag and what goes with it. */
        private void after(int end, char kind, char sign) {
            place = end;
            if (sign == '-') {
                while (place < source.length() && PythonText.isSpace(source.charAt(place))) {
                    place++;
                }
            } else if (kind != '{' && sign != '+' && source.startsWith("\n", place)) {
                place++;
            }
            lineBegins = place > end && source.charAt(place - 1) == '\n';
        }

        /** Finds where a block or expression ends, outside of brackets and quotes. */
        private int end(int begin, char kind) {
            String close = kind == '{' ? "}}" : "%}";
            Matcher matcher = TOKEN.matcher(source);
            int depth = 0;
            int at = begin;
            while (at < source.length()) {
                if (depth == 0 && source.startsWith(close, at)) {
                    return at;
                }
                matcher.region(at, source.length()).lookingAt();
                String token = matcher.group();
                if ("([{".contains(token)) {
                    depth++;
                    if (depth > DEEPEST) {
                        throw new TemplateException("nests its expressions too deeply");
                    }
                } else if (")]}".contains(token)) {
                    depth--;
                }
                at = matcher.end();
            }
            return -1;
        }

        private void text(String text) {
            if (!text.isEmpty()) {
                program.append("{{ ").append(TEXTS + "[").append(texts.size()).append("] }}");
                texts.add(text);
            }
        }

        private void block(String content) {
            List<String> tokens = tokens(content);
            String tag = tokens.isEmpty() ? "" : tokens.get(0);
            if (!TAGS.contains(tag)) {
                throw unknown("tag", tag);
            }
            nest(tag, tokens);
            if (tag.equals("macro") && tokens.size() > 1) {
                macros.add(tokens.get(1));
            }
            check(tokens.subList(1, tokens.size()));
            if (!tag.endsWith("generation")) { // it marks what is answered, and shows nothing
                program.append("{% ").append(oneLine(content)).append(" %}");
            }
        }

        private void nest(String tag, List<String> tokens) {
            if (tag.startsWith("end")) {
                if (blocks.isEmpty() || !tag.equals("end" + blocks.pop())) {
                    throw new TemplateException("has '" + tag + "' where nothing begins with it");
                }
            } else if (tag.equals("else") || tag.equals("elif")) {
                if (!"if".equals(blocks.peek())) {
                    throw unknown("tag", tag + "' outside of 'if");
                }
            } else if (!tag.equals("set") || !tokens.contains("=")) {
                blocks.push(tag);
            }
            if (tag.equals("for") && tokens.contains("recursive")) {
                throw unknown("word", "recursive");
            }
        }

        /** Refuses what Jinjava does not do as Jinja. */
        private void check(List<String> tokens) {
            if (tokens.size() > LONGEST) {
                throw new TemplateException("has an expression that is too long");
            }
            for (int i = 0; i < tokens.size(); i++) {
                String token = tokens.get(i);
                String before = i > 0 ? tokens.get(i - 1) : "";
                String after = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
                boolean test =
                        before.equals("is") || (before.equals("not") && isTest(tokens, i - 1));
                if (before.equals("|")) {
                    require("filter", token, Filters.NAMES);
                } else if (test && !token.equals("not")) {
                    require("test", token, Tests.NAMES);
                } else if (before.equals(".")) {
                    if (after.equals("(")) {
                        require("method", token, PythonText.METHODS);
                    }
                } else if (isName(token) && after.equals("(") && !KEYWORDS.contains(token)) {
                    if (!macros.contains(token)) {
                        require("function", token, FUNCTIONS);
                    }
                } else if (OTHER_WORDS.contains(token) || token.equals(TEXTS)) {
                    throw unknown("name", token);
                }
            }
        }

        private static boolean isTest(List<String> tokens, int not) {
            return not > 0 && tokens.get(not - 1).equals("is");
        }

        private static void require(String kind, String name, Set<String> known) {
            if (!known.contains(name)) {
                throw unknown(kind, name);
            }
        }

        private static TemplateException unknown(String kind, String name) {
            return new TemplateException(
                    "uses the %s '%s', which is not supported".formatted(kind, name));
        }

        /**
         * Writes the line breaks within quotes as escapes; others mean nothing. Writes the other
         * direction of a list as a filter.
         */
        private static String oneLine(String content) {
            StringBuilder line = new StringBuilder();
            Matcher matcher = TOKEN.matcher(content);
            Matcher backwards = BACKWARDS.matcher(content);
            for (int at = 0; at < content.length(); at = matcher.end()) {
                if (backwards.region(at, content.length()).lookingAt()) {
                    line.append("|reverse");
                    matcher.region(backwards.end() - 1, content.length()).lookingAt();
                    continue;
                }
                matcher.region(at, content.length()).lookingAt();
                String token = matcher.group();
                boolean quoted = token.charAt(0) == '\'' || token.charAt(0) == '"';
                if (quoted && token.contains("\\\n")) {
                    throw unknown("escape", "backslash and line break");
                }
                line.append(token.replace("\n", quoted ? "\\n" : " "));
            }
            return line.toString().strip();
        }
    }
}
