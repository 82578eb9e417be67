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

    private static final String INTERVAL = "G1PeriodicGCInterval";

    /** A collection takes some hundredths of a second. */
    private static final String MILLISECONDS = "5000";

    private JavaHeap() {}

    /**
     * Returns what reading files has left behind to the system, before work begins that takes its
     * memory from there.
     */
    static void giveBackGarbage() {
        System.gc();
    }

    /**
     * Lets Java collect garbage after some seconds without a collection, and return memory to the
     * system, unless the user has chosen an interval. Without G1 nothing changes.
     */
    static void collectRegularly() {
        try {
            HotSpotDiagnosticMXBean options =
                    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            VMOption interval = options.getVMOption(INTERVAL);
            if (interval.getOrigin() == VMOption.Origin.DEFAULT && interval.isWriteable()) {
                options.setVMOption(INTERVAL, MILLISECONDS);
            }
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            // this Java machine does not have the option
        }
    }
}
