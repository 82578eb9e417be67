/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A logical line of program text: all that belongs to one statement, however many lines it is
 * wrapped over. Blank lines and comments are in no logical line.
 */
record SourceLine(int indent, List<Token> tokens) {

    int start() {
        return tokens.get(0).start();
    }

    int end() {
        return tokens.get(tokens.size() - 1).end();
    }

    boolean startsWith(String word) {
        return tokens.get(0).is(word);
    }

    /** Returns the index of the first such token outside all brackets, or -1. */
    int indexOf(String symbol) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).isAt(0, symbol)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns a bound of how deep expressions nest: between two commas each may hold the next. */
    int nesting() {
        List<Integer> links = new ArrayList<>(List.of(0));
        int sum = 0;
        int most = 0;
        for (Token token : tokens) {
            if (!token.nests()) {
                continue;
            }
            while (links.size() <= token.depth()) {
                links.add(0);
            }
            while (links.size() > token.depth() + 1) {
                sum -= links.remove(links.size() - 1);
            }
            int before = links.get(token.depth());
            int now = token.is(",") ? 0 : before + 1;
            links.set(token.depth(), now);
            sum += now - before;
            most = Math.max(most, sum);
        }
        return most;
    }

    /** Returns the number of the line, from 1, in which a place of a text lies. */
    static long number(String text, int place) {
        return 1 + text.substring(0, place).chars().filter(c -> c == '\n').count();
    }

    static List<SourceLine> split(String text, String file) throws ArchiveException {
        return new Splitter(text, file).split();
    }

    private static final class Splitter {

        private static final List<String> PAIRS =
                List.of(
                        "->", "==", "!=", "<=", ">=", "//", "**", "+=", "-=", "*=", "/=", "%=",
                        "<<", ">>");

        /** The second characters of pairs, as most symbols have none of them behind. */
        private static final String PAIR_ENDS = ">=/*<";

        private static final String SYMBOLS = "()[]{}.,:;=+-*/%@<>!&|^~";

        private static final Pattern NUMBER =
                Pattern.compile("0[xX][0-9a-fA-F]++|[0-9]++(\\.[0-9]*+)?([eE][+-]?[0-9]++)?j?");

        private final String text;
        private final String file;
        private final List<SourceLine> lines = new ArrayList<>();
        private List<Token> tokens = new ArrayList<>();
        private final StringBuilder open = new StringBuilder();
        private int emptyLines;
        private int lineStart;
        private int indent;
        private int at;

        Splitter(String text, String file) {
            this.text = text;
            this.file = file;
        }

        List<SourceLine> split() throws ArchiveException {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '\n') {
                    at++;
                    endPhysicalLine();
                } else if (c == ' ' || c == '\t' || c == '\r') {
                    at++;
                } else if (c == '#') {
                    skipComment();
                } else if (c == '\\' && text.startsWith("\n", at + 1)) {
                    at += 2;
                } else {
                    emptyLines = 0;
                    token(c);
                }
            }
            endPhysicalLine();
            if (!open.isEmpty()) {
                throw malformed("a bracket is not closed");
            }
            return List.copyOf(lines);
        }

        /** Skips a comment, unless it begins as one that the engine reads as a type. */
        private void skipComment() throws ArchiveException {
            if (text.startsWith("# type:", at)) {
                throw malformed("a comment stands for a type");
            }
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        }

        private void endPhysicalLine() throws ArchiveException {
            if (++emptyLines > ProgramLimits.MAX_EMPTY_LINES) {
                throw malformed("there are too many empty lines");
            }
            lineStart = at;
            if (open.isEmpty() && !tokens.isEmpty()) {
                lines.add(new SourceLine(indent, List.copyOf(tokens)));
                tokens = new ArrayList<>();
            }
        }

        private void token(char c) throws ArchiveException {
            int start = at;
            if (tokens.isEmpty()) {
                indent = start - lineStart;
            }
            if (c == '"' || c == '\'') {
                skipString(c);
                add(Token.Kind.STRING, start);
            } else if (isLetter(c)) {
                skipWord();
                add(Token.Kind.NAME, start);
            } else if (isDigit(c)) {
                skipNumber();
                add(Token.Kind.NUMBER, start);
            } else if (SYMBOLS.indexOf(c) >= 0) {
                symbol(c);
            } else {
                throw malformed(String.format("the character U+%04X is in its program", (int) c));
            }
        }

        private static boolean isLetter(char c) {
            return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private void symbol(char c) throws ArchiveException {
            int start = at;
            at += isPair() ? 2 : 1;
            int closing = ")]}".indexOf(c);
            if (closing >= 0) {
                int last = open.length() - 1;
                if (last < 0 || open.charAt(last) != "([{".charAt(closing)) {
                    throw malformed("'" + c + "' closes no bracket");
                }
                open.setLength(last);
            }
            add(Token.Kind.SYMBOL, start);
            if ("([{".indexOf(c) >= 0) {
                open.append(c);
            }
        }

        private boolean isPair() {
            return at + 2 <= text.length()
                    && PAIR_ENDS.indexOf(text.charAt(at + 1)) >= 0
                    && PAIRS.contains(text.substring(at, at + 2));
        }

        private void skipString(char quote) throws ArchiveException {
            String delimiter = String.valueOf(quote).repeat(3);
            if (!text.startsWith(delimiter, at)) {
                delimiter = String.valueOf(quote);
            }
            at += delimiter.length();
            while (!text.startsWith(delimiter, at)) {
                if (at >= text.length() || (delimiter.length() == 1 && text.charAt(at) == '\n')) {
                    throw malformed("a string is not closed");
                }
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            at += delimiter.length();
        }

        private void skipWord() {
            while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
                at++;
            }
        }

        /** Skips a number; what follows it must not be taken for a part of it, or the reverse. */
        private void skipNumber() throws ArchiveException {
            Matcher number = NUMBER.matcher(text).region(at, text.length());
            if (!number.lookingAt()) {
                throw malformed("a number can't be read");
            }
            at = number.end();
            if (at < text.length() && (isLetter(text.charAt(at)) || text.charAt(at) == '.')) {
                throw malformed("a number can't be read");
            }
        }

        private void add(Token.Kind kind, int start) {
            tokens.add(new Token(kind, start, at, open.length(), text.substring(start, at)));
        }

        private ArchiveException malformed(String reason) {
            return new ArchiveException(
                    "%s is no TorchScript: %s (line %s)"
                            .formatted(file, reason, number(text, Math.min(at, text.length()))));
        }
    }
}
