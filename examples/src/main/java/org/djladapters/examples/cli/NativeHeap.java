/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.io.CLibrary;

/**
 * Settings of glibc's allocator, which the engine uses. By default, it returns the memory that a
 * training step frees to the system, and the system has to clear thousands of pages again for the
 * next step.
 */
final class NativeHeap {

    // numbers of mallopt
    private static final int TRIM_THRESHOLD = -1;
    private static final int TOP_PAD = -2;
    private static final int MMAP_THRESHOLD = -3;
    private static final int ARENA_MAX = -8;

    private static final int MEBIBYTE = 1 << 20;

    private NativeHeap() {}

    /** Lets the process keep freed memory, unless the user has chosen another setting. */
    static void keepFreedMemory() {
        set(TRIM_THRESHOLD, 1024 * MEBIBYTE);
        set(TOP_PAD, 64 * MEBIBYTE);
        set(MMAP_THRESHOLD, 32 * MEBIBYTE);
    }

    /**
     * Lets later threads share one pool of memory, so that training, which runs in one thread, can
     * use the memory that others free.
     */
    static void shareMemory() {
        set(ARENA_MAX, 1);
    }

    private static void set(int parameter, int value) {
        boolean chosen = System.getenv().keySet().stream().anyMatch(n -> n.startsWith("MALLOC_"));
        if (!chosen) {
            CLibrary.call("mallopt", parameter, value);
        }
    }

    /**
     * Returns free memory to the system. The allocator keeps memory for each thread, also for the
     * thread that has loaded a model and has ended.
     */
    static void giveBackFreedMemory() {
        CLibrary.call("malloc_trim", 0);
    }
}
