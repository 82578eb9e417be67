/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs what the engine does by recursion, without a limit of its own, where its stack does not end.
 *
 * <p>It reads a program so, and prepares it so in its first pass: a value that is used once is
 * prepared within the preparation of what uses it, and so on along the model. Java's threads have
 * stacks for about two thousand such steps.
 */
public final class LargeStack {

    /** Address space; what is not used takes no memory. */
    private static final long BYTES = 256L << 20;

    private LargeStack() {}

    /** Runs an action in a thread of its own and waits for it, interrupted or not. */
    public static <T> T call(Callable<T> action) throws Exception {
        boolean gradients = JniUtils.isGradMode(); // a matter of the thread
        FutureTask<T> task =
                new FutureTask<>(
                        () -> {
                            JniUtils.setGradMode(gradients);
                            return action.call();
                        });
        Thread thread = new Thread(null, task, Thread.currentThread().getName(), BYTES);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
