/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.file.Path;
import org.djladapters.examples.sweep.RunResult;

/** A result of a sweep with the folder of its file. */
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
