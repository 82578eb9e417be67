/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Text without the characters by which a name or a label of a stranger could command a terminal, or
 * turn about what is read there: control characters, marks of direction, invisible ones, halves of
 * surrogate pairs. They become {@code ?}.
 */
final class PlainText {

    /** Parts of words and of emoji: two joiners and the soft hyphen. */
    private static final String JOINERS = "\u200C\u200D\u00AD";

    private PlainText() {}

    /** Text of several lines. */
    static String of(String text) {
        return replaced(text, false);
    }

    /** Text of one line: line breaks and tabs become {@code ?} as well. */
    static String line(String text) {
        return replaced(text, true);
    }

    /** JSON without such characters that means the same. */
    static String json(String json) {
        StringBuilder escaped = new StringBuilder();
        json.codePoints()
                .forEach(
                        c -> {
                            if (isPlain(c)) {
                                escaped.appendCodePoint(c);
                            } else {
                                for (char unit : Character.toChars(c)) {
                                    escaped.append(
                                            String.format(Locale.ROOT, "\\u%04x", (int) unit));
                                }
                            }
                        });
        return escaped.toString();
    }

    private static String replaced(String text, boolean line) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean lineBreak =
                    c == '\n' || (c == '\r' && i < text.length() && text.charAt(i) == '\n');
            boolean kept = isPlain(c) || (!line && (lineBreak || c == '\t'));
            plain.appendCodePoint(kept ? c : '?');
        }
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.FORMAT -> JOINERS.indexOf(c) >= 0;
            default -> true;
        };
    }

    /** A writer that writes plain text only. */
    static final class Writer extends PrintWriter {

        Writer(PrintWriter out) {
            super(out, true);
        }

        @Override
        public void write(int c) {
            write(Character.toString((char) c));
        }

        @Override
        public void write(char[] text, int from, int length) {
            write(new String(text, from, length));
        }

        @Override
        public void write(String text, int from, int length) {
            writeAsIs(of(text.substring(from, from + length)));
        }

        private void writeAsIs(String text) {
            super.write(text, 0, text.length());
        }
    }

    /** Writes what commands a terminal and holds nothing of a stranger's. */
    static void command(PrintWriter terminal, String text) {
        if (terminal instanceof Writer plain) {
            plain.writeAsIs(text);
        } else {
            terminal.print(text);
        }
    }

    /** A stream that prints plain text only, for what libraries log. */
    static final class Stream extends PrintStream {

        Stream(PrintStream out) {
            super(out, true, Charset.defaultCharset());
        }

        @Override
        public void print(String text) {
            super.print(of(String.valueOf(text)));
        }

        @Override
        public void print(Object object) {
            print(String.valueOf(object));
        }

        @Override
        public void println(String text) {
            super.println(of(String.valueOf(text)));
        }

        @Override
        public void println(Object object) {
            println(String.valueOf(object));
        }
    }
}
