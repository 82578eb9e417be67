/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FolderWatcherTest {

    @Test
    void anInterruptedThreadWaitsForTheLookToo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger underWay = new AtomicInteger();
        FolderWatcher watcher =
                FolderWatcher.start(
                        () -> {
                            underWay.incrementAndGet();
                            begun.countDown();
                            LockSupport.parkNanos(50_000_000L);
                            underWay.decrementAndGet();
                        },
                        Duration.ofMillis(1));
        begun.await();
        Thread.currentThread().interrupt();

        watcher.close();

        assertThat(underWay).hasValue(0);
        assertThat(Thread.interrupted()).isTrue();
    }
}
