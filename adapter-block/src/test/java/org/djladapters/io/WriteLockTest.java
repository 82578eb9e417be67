/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteLockTest {

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lock");
    }

    @Test
    void oneThreadHasIt() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        WriteLock.during(
                file,
                () -> {
                    assertThat(WriteLock.tryTake(file)).isEmpty();
                    assertThat(WriteLock.tryTake(link.resolve("lock"))).isEmpty();
                });
        assertThat(file).doesNotExist();
        WriteLock.tryTake(file).orElseThrow().close();
    }

    @Test
    void theFileStaysWhereOthersUseItToo() throws IOException {
        WriteLock.duringShared(file, () -> assertThat(WriteLock.tryTake(file)).isEmpty());

        assertThat(file).exists();
        WriteLock.duringShared(file, () -> {});
    }

    @Test
    void oneProcessHasItUntilItDies() throws Exception {
        try (OtherProcess other = OtherProcess.start(folder, "lock", file.toString())) {
            assertThat(other.said()).isEqualTo("taken");
            assertThat(WriteLock.tryTake(file)).isEmpty();
            try (OtherProcess third = OtherProcess.start(folder, "lock", file.toString())) {
                assertThat(third.said()).as("after a refusal in this process").isEqualTo("refused");
            }
            other.kill();
            assertThat(file).exists();
            WriteLock.during(file, () -> {});
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void otherThreadsWaitAndNeverHaveItTogether() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(
                    () -> {
                        AtomicBoolean alone = new AtomicBoolean();
                        WriteLock.during(
                                file,
                                () -> {
                                    alone.set(inside.incrementAndGet() == 1);
                                    inside.decrementAndGet();
                                });
                        return alone.get();
                    });
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Boolean> alone : threads.invokeAll(tasks)) {
                assertThat(alone.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void respectsAPlainLockOfTheSameProcess() throws Exception {
        Thread taker;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            assertThat(WriteLock.tryTake(file)).isEmpty();
            taker =
                    new Thread(
                            () -> {
                                try {
                                    WriteLock.during(file, () -> {});
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            taker.start();
        }
        taker.join();
        assertThat(file).doesNotExist();
    }

    @Test
    void isGivenBackOnce() throws IOException {
        WriteLock first = WriteLock.tryTake(file).orElseThrow();
        first.close();
        WriteLock second = WriteLock.tryTake(file).orElseThrow();
        first.close();
        assertThat(file).exists();
        assertThat(WriteLock.tryTake(file)).isEmpty();
        second.close();
    }

    @Test
    void needsItsFolder() {
        assertThatThrownBy(() -> WriteLock.tryTake(folder.resolve("none/lock")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void isNoLink() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        Files.createSymbolicLink(file, victim);
        assertThatThrownBy(() -> WriteLock.tryTake(file)).isInstanceOf(IOException.class);
        assertThat(victim).hasContent("mine");
    }
}
