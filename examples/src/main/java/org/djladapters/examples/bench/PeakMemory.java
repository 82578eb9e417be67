/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The largest resident size of this process in a period, as Linux reports it: all memory that is
 * not swapped out, with the Java machine, the base model and memory that the native allocator keeps
 * from earlier work, but without memory of a GPU. A separate process would need at most as much.
 *
 * <p>The system's own maximum ({@code VmHWM}) is used if it can be reset; otherwise the size is
 * read every {@value #MILLIS_BETWEEN} ms. On other systems nothing is measured.
 */
public final class PeakMemory implements AutoCloseable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String RESET_PEAK = "5";
    private static final int MILLIS_BETWEEN = 50;

    private final boolean marked;
    private volatile boolean closed;
    private volatile long largest;

    private PeakMemory(boolean marked) {
        this.marked = marked;
    }

    /** Collects garbage and starts to measure. */
    public static PeakMemory start() {
        System.gc();
        PeakMemory peak = new PeakMemory(resetMark());
        if (!peak.marked && size("VmRSS").isPresent()) {
            Thread sampler = new Thread(peak::sample, "peak-memory");
            sampler.setDaemon(true);
            sampler.start();
        }
        return peak;
    }

    private static boolean resetMark() {
        try {
            Files.writeString(CLEAR, RESET_PEAK, StandardOpenOption.WRITE);
            return size("VmHWM").isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private void sample() {
        while (!closed) {
            largest = Math.max(largest, size("VmRSS").orElse(0));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(MILLIS_BETWEEN));
        }
    }

    /** Returns the largest size so far in bytes, if the system reports it. */
    public OptionalLong bytes() {
        OptionalLong now = size(marked ? "VmHWM" : "VmRSS");
        return now.isEmpty() ? now : OptionalLong.of(Math.max(now.getAsLong(), largest));
    }

    /** Reads a size from the lines {@code NAME: NUMBER kB} of the process's status. */
    private static OptionalLong size(String name) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
