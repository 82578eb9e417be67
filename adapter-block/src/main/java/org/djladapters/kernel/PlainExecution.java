/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Runs TorchScript programs as they stand. The engine would otherwise spend seconds on rewriting
 * the program of a model in its second pass, which on the CPU makes later passes no faster.
 */
public final class PlainExecution {

    private static final String PROPERTY = "ai.djl.pytorch.graph_optimizer";

    private PlainExecution() {}

    /** Runs an action in this thread without rewriting of programs. */
    public static <T> T run(Supplier<T> action) {
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return action.get();
        } finally {
            // the engine can't be asked; this is what it began with
            JniUtils.setGraphExecutorOptimize(
                    Boolean.parseBoolean(System.getProperty(PROPERTY, "true")));
        }
    }
}
