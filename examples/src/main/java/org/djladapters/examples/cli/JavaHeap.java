/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/**
 * Settings of Java's heap. The collector G1 waits until its young generation is full, which has
 * hundreds of megabytes on a large machine. Training and prediction run in native code and take
 * minutes to fill it; until then, native memory of unreachable objects is not released.
 */
final class JavaHeap {

    /** A collection takes some hundredths of a second. */
    private static final String MILLISECONDS = "5000";

    /** With fewer examples, what reading them leaves behind is not worth a collection. */
    private static final int LARGE = 20_000;

    private JavaHeap() {}

    /**
     * Returns what reading a large table has left behind to the system, before work begins that
     * takes its memory from there.
     */
    static void giveBackGarbage(int examples) {
        if (examples >= LARGE) {
            System.gc();
        }
    }

    /**
     * Returns garbage of a large table to the system, and lets the heap be little larger than what
     * lives in it, for work that makes little garbage in a long time. By default, the heap may be
     * three times as large, and more where it was so before.
     */
    static void staySmall(int examples) {
        if (examples >= LARGE) {
            setUnlessChosen("MinHeapFreeRatio", "10");
            setUnlessChosen("MaxHeapFreeRatio", "20");
            System.gc();
        }
    }

    /**
     * Lets Java collect garbage after some seconds without a collection, and return memory to the
     * system. Without G1 nothing changes.
     */
    static void collectRegularly() {
        setUnlessChosen("G1PeriodicGCInterval", MILLISECONDS);
    }

    /** Sets an option of the Java machine, unless the user has chosen a value. */
    private static void setUnlessChosen(String name, String value) {
        try {
            HotSpotDiagnosticMXBean options =
                    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            VMOption option = options.getVMOption(name);
            if (option.getOrigin() == VMOption.Origin.DEFAULT && option.isWriteable()) {
                options.setVMOption(name, value);
            }
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            // this Java machine does not have the option, or the user's values leave no room for it
        }
    }
}
