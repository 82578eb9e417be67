/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets the memory that arrays took from Java go as soon as nothing in Java holds it. */
final class Garbage {

    private static final int BUFFERS = 5_000;
    private static final int TURNS = 5_000;
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(1);

    private Garbage() {}

    /** Collects garbage and writes over the memory of small arrays that went. */
    static void collect() {
        long before = countWithOneToCollect();
        System.gc();
        for (int turn = 0; turn < TURNS && pool().getCount() >= before; turn++) {
            LockSupport.parkNanos(TURN);
        }
        assertThat(pool().getCount()).as("buffers that are left").isLessThan(before);
        byte[] junk = new byte[Long.BYTES];
        Arrays.fill(junk, (byte) 'D');
        for (int i = 0; i < BUFFERS; i++) {
            ByteBuffer.allocateDirect(junk.length).put(junk);
        }
    }

    /** The number of buffers of Java, of which nothing holds one after the return. */
    private static long countWithOneToCollect() {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        try {
            return pool().getCount();
        } finally {
            Reference.reachabilityFence(one);
        }
    }

    private static BufferPoolMXBean pool() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
    }
}
