/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.io.CLibrary;

/**
 * Settings of glibc's allocator, from which the engine takes its memory. As it comes, it gives the
 * memory that a training step frees back to the system, and the next step has the system clear the
 * same pages again, thousands of them.
 */
final class NativeHeap {

    // numbers of mallopt
    private static final int TRIM_THRESHOLD = -1;
    private static final int TOP_PAD = -2;
    private static final int MMAP_THRESHOLD = -3;
    private static final int ARENA_MAX = -8;

    private static final int MEBIBYTE = 1 << 20;

    private NativeHeap() {}

    /** Lets the process keep freed memory, unless its user has chosen another setting. */
    static void keepFreedMemory() {
        set(TRIM_THRESHOLD, 1024 * MEBIBYTE);
        set(TOP_PAD, 64 * MEBIBYTE);
        set(MMAP_THRESHOLD, 32 * MEBIBYTE);
    }

    /**
     * Lets threads that come later take their memory from what there is, instead of a part for
     * each. Training is done by one thread, and what others free is of use to it then.
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
     * Gives back to the system what is free. The allocator keeps it for each thread, and a model is
     * loaded in a thread of its own, which is gone then.
     */
    static void giveBackFreedMemory() {
        CLibrary.call("malloc_trim", 0);
    }
}
