/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.file.Path;
import org.djladapters.examples.sweep.RunResult;

/**
 * A result of a sweep and where it lies.
 *
 * @param result the line
 * @param folder the folder of the file in which the line is
 */
record Run(RunResult result, Path folder) {

    String task() {
        return result.key().task();
    }

    String method() {
        return result.key().method();
    }

    long seed() {
        return result.key().seed();
    }

    boolean isFailed() {
        return result.isFailed();
    }
}
