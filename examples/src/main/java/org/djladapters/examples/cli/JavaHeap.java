/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/**
 * Settings of Java's heap. Java's collector G1 waits until its young part is full, which is
 * hundreds of megabytes where the machine has much memory. Training and prediction run in native
 * code and take minutes to fill it, and meanwhile native memory that belongs to garbage is not
 * released.
 */
final class JavaHeap {

    private static final String INTERVAL = "G1PeriodicGCInterval";

    /** A collection of a heap of this size takes some hundredths of a second. */
    private static final String MILLISECONDS = "5000";

    private JavaHeap() {}

    /**
     * Has Java collect garbage if it has not done so for some seconds, and give memory back to the
     * system, unless its user has chosen an interval. Without G1 nothing changes.
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
            // a Java machine without this option, or without such options
        }
    }
}
