/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;

/**
 * The processes that fine-tune one adapter together, seen from one of them: synchronous data
 * parallelism.
 *
 * <p>Each process runs a {@link FineTuner} with the same model, data and options, and its own
 * output. Of the batches of a step ({@link FineTuner.Builder#optAccumulate}) it computes its share,
 * the gradients are added up, and all make the same update. The result is that of one process with
 * the same options, up to the rounding of sums. All processes call the methods in the same order; a
 * call returns when all have called. One that fails must leave the group, so that the calls of the
 * others fail, too.
 */
public interface ProcessGroup {

    /** A single process. */
    ProcessGroup SINGLE =
            new ProcessGroup() {
                @Override
                public int rank() {
                    return 0;
                }

                @Override
                public int size() {
                    return 1;
                }

                @Override
                public void allReduce(float[] values) {
                    // it is the sum
                }

                @Override
                public byte[] broadcast(byte[] value) {
                    return value;
                }
            };

    /** Returns the number of this process, from 0. */
    int rank();

    /** Returns the number of processes. */
    int size();

    /**
     * Replaces values by their sums over all processes, whose bits are the same in all.
     *
     * @param values as many as in the other processes
     * @throws IOException if a process has left, or can't be reached
     */
    void allReduce(float[] values) throws IOException;

    /**
     * Returns the value of process 0.
     *
     * @param value that of this process, which counts in process 0 alone
     * @throws IOException if a process has left, or can't be reached
     */
    byte[] broadcast(byte[] value) throws IOException;
}
