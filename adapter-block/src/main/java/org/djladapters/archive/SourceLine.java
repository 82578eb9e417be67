/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.List;

/**
 * A logical line of program text: all that belongs to one statement, however many lines it is
 * wrapped over. Blank lines and comments are in no logical line.
 *
 * @param indent the number of characters before the first token
 * @param tokens the tokens, at least one
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

    /** Splits a text into its logical lines. */
    static List<SourceLine> split(String text, String file) throws ArchiveException {
        return new Splitter(text, file).split();
    }

    private static final class Splitter {

        private static final List<String> PAIRS =
                List.of(
                        "->", "==", "!=", "<=", ">=", "//", "**", "+=", "-=", "*=", "/=", "%=",
                        "<<", ">>");

        private final String text;
        private final String file;
        private final List<SourceLine> lines = new ArrayList<>();
        private List<Token> tokens = new ArrayList<>();
        private final StringBuilder open = new StringBuilder();
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
                } else if (Character.isWhitespace(c)) {
                    at++;
                } else if (c == '#') {
                    int end = text.indexOf('\n', at);
                    at = end < 0 ? text.length() : end;
                } else if (c == '\\') {
                    at = text.startsWith("\r\n", at + 1) ? at + 3 : at + 2;
                } else {
                    token(c);
                }
            }
            endPhysicalLine();
            if (!open.isEmpty()) {
                throw malformed("a bracket is not closed");
            }
            return List.copyOf(lines);
        }

        private void endPhysicalLine() {
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
                add(Token.Kind.STRING, start, open.length());
            } else if (Character.isJavaIdentifierStart(c)) {
                skipWord();
                add(Token.Kind.NAME, start, open.length());
            } else if (Character.isDigit(c)) {
                skipNumber();
                add(Token.Kind.NUMBER, start, open.length());
            } else {
                symbol(c);
            }
        }

        private void symbol(char c) throws ArchiveException {
            int start = at;
            if (at + 2 <= text.length() && PAIRS.contains(text.substring(at, at + 2))) {
                at += 2;
            } else {
                at++;
            }
            int closing = ")]}".indexOf(c);
            if (closing >= 0) {
                int last = open.length() - 1;
                if (last < 0 || open.charAt(last) != "([{".charAt(closing)) {
                    throw malformed("'" + c + "' closes no bracket");
                }
                open.setLength(last);
            }
            add(Token.Kind.SYMBOL, start, open.length());
            if ("([{".indexOf(c) >= 0) {
                open.append(c);
            }
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
            while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
                at++;
            }
        }

        private void skipNumber() {
            while (at < text.length()) {
                char c = text.charAt(at);
                boolean sign = (c == '+' || c == '-') && "eE".indexOf(text.charAt(at - 1)) >= 0;
                if (!sign && c != '.' && !Character.isLetterOrDigit(c)) {
                    return;
                }
                at++;
            }
        }

        private void add(Token.Kind kind, int start, int depth) {
            tokens.add(new Token(kind, start, at, depth, text.substring(start, at)));
        }

        private ArchiveException malformed(String reason) {
            long line = text.substring(0, Math.min(at, text.length())).lines().count();
            return new ArchiveException(
                    file + " is no TorchScript: " + reason + " (line " + line + ").");
        }
    }
}
