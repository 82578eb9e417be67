/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * Says that a file does not hold what its format demands. The message is one sentence that begins
 * with the file and says where in it the fault lies and what to do about it.
 */
public final class MalformedFileException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private static final int LONGEST_QUOTE = 200;

    /**
     * Names the file and the problem: what is wrong, where, and what to do, to be read after "FILE:
     * ".
     */
    public MalformedFileException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /** Names the file and the problem, with the exception that brought it to light. */
    public MalformedFileException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }

    /** Names a source that has no path here, such as a URL, and the problem. */
    public MalformedFileException(String source, String problem) {
        super(source + ": " + problem);
    }

    /**
     * Names a source that has no path here, and the problem, with the exception that brought it to
     * light.
     */
    public MalformedFileException(String source, String problem, Throwable cause) {
        super(source + ": " + problem, cause);
    }

    /**
     * Quotes text from a file for a message: characters that could disturb a terminal become {@code
     * ?}, and what is longer than 200 characters is cut.
     */
    public static String quote(String untrusted) {
        boolean cut = untrusted.length() > LONGEST_QUOTE;
        StringBuilder quoted = new StringBuilder("'");
        untrusted
                .substring(0, cut ? LONGEST_QUOTE : untrusted.length())
                .codePoints()
                .map(c -> isPlain(c) ? c : '?')
                .forEach(quoted::appendCodePoint);
        return quoted.append(cut ? "…'" : "'").toString();
    }

    /**
     * Keeps a message with parts from a file on one line and from commanding a terminal: control
     * characters become {@code ?}. Paths of the user's own may be in it, so that all else stays.
     */
    public static String printable(String message) {
        return message.replaceAll("\\p{Cc}", "?");
    }

    /**
     * Tells whether a name from a file is free of control and formatting characters, line breaks
     * and halves of surrogate pairs.
     */
    public static boolean isPlain(String name) {
        return name.codePoints().allMatch(MalformedFileException::isPlain);
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
