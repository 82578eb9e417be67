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
 * Replaces characters with which untrusted names and labels could control a terminal, or change the
 * order of what is read there, by {@code ?}: control characters, marks of direction, invisible
 * characters, halves of surrogate pairs.
 */
final class PlainText {

    /** Two joiners and the soft hyphen, which are parts of words and of emoji. */
    private static final String JOINERS = "\u200C\u200D\u00AD";

    private PlainText() {}

    /** Makes a text of several lines plain. */
    static String of(String text) {
        return replaced(text, false);
    }

    /** Makes a text of one line plain; line breaks and tabs become {@code ?} as well. */
    static String line(String text) {
        return replaced(text, true);
    }

    /** Escapes such characters in JSON. */
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

    /** Writes trusted text that controls a terminal. */
    static void command(PrintWriter terminal, String text) {
        if (terminal instanceof Writer plain) {
            plain.writeAsIs(text);
        } else {
            terminal.print(text);
        }
    }

    /** A stream that prints plain text only, for the logs of libraries. */
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
