/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.engine.EngineException;
import java.util.List;

/** Reasons of runs that failed, for records of many runs. */
public final class Failures {

    private Failures() {}

    /**
     * Puts an exception into one line; the engine says what went wrong at the end.
     *
     * @param failure what a run threw
     * @return one line
     */
    public static String reason(RuntimeException failure) {
        List<String> lines =
                String.valueOf(failure.getMessage())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (lines.isEmpty() || failure.getMessage() == null) {
            return failure.toString();
        }
        return failure instanceof EngineException
                ? lines.get(lines.size() - 1)
                : String.join(" ", lines);
    }
}
