/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How busy a machine is. Threads of the engine that share an operation wait for the slowest of
 * them, so several are slower than one where other programs use the processors.
 *
 * @param average the number of threads that ran or waited for a processor in the last minute;
 *     negative where the system does not tell
 * @param processors the processors that this process may use
 */
record MachineLoad(double average, int processors) {

    private static final String THREADS = "OMP_NUM_THREADS";

    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,6})\\s*(,.*)?");

    static MachineLoad current() {
        return new MachineLoad(
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
    }

    /** Returns a warning for the number of threads with which the engine starts. */
    Optional<String> warning() {
        return warning(threads(System.getenv(THREADS)));
    }

    /** Returns a warning if so many threads of the engine will wait for other programs. */
    Optional<String> warning(int threads) {
        if (average <= processors || threads <= 1) {
            return Optional.empty();
        }
        return Optional.of(
                ("the load of this machine is %.1f, more than the processors that this program"
                                + " may use (%d), so the engine's %d threads will wait for one"
                                + " another; set the environment variable %s=1, or stop other"
                                + " programs")
                        .formatted(average, processors, threads, THREADS));
    }

    /** Returns the number of threads with which the engine starts. */
    int threads(String variable) {
        Matcher number = NUMBER.matcher(variable == null ? "" : variable);
        return number.matches() ? Integer.parseInt(number.group(1)) : processors;
    }
}
