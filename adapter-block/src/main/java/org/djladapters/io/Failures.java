/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.regex.Pattern;

/** Reasons of failures in one line. */
public final class Failures {

    /** The text that the engine writes around the one line that says what went wrong. */
    private static final Pattern ENGINE_NOISE =
            Pattern.compile(
                    "(Exception raised from|frame #|Traceback of|The following operation failed|"
                            + "File \"|Serialized +File|[~^ .<]*HERE).*|[~^. -]+");

    private Failures() {}

    /**
     * Puts an exception into one line: its message without what the engine writes around the
     * reason, or its own description if it has none.
     */
    public static String reason(Throwable failure) {
        List<String> lines =
                String.valueOf(failure.getMessage())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (lines.isEmpty() || failure.getMessage() == null) {
            return failure.toString();
        }
        return failure instanceof EngineException ? lastMeaningful(lines) : String.join(" ", lines);
    }

    private static String lastMeaningful(List<String> lines) {
        List<String> meaningful =
                lines.stream().filter(line -> !ENGINE_NOISE.matcher(line).matches()).toList();
        List<String> chosen = meaningful.isEmpty() ? lines : meaningful;
        return chosen.get(chosen.size() - 1);
    }
}
