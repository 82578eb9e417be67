/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.djladapters.examples.cluster.Cluster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkClusterTest {

    @TempDir private Path folder;

    @BeforeAll
    static void makeHome() throws IOException {
        SparkHome.make();
    }

    @Test
    void aPieceThatFailsTellsWhyAndLeavesTheOthersAlone() throws Exception {
        try (Cluster cluster = Cluster.connect("local[2]", "test")) {
            Path tries = folder.resolve("tries");
            CompletableFuture<String> failing =
                    cluster.submit("failing", new Failing(tries.toString()));
            CompletableFuture<String> working = cluster.submit("working", () -> "done");
            assertThat(working.get()).isEqualTo("done");
            assertThatThrownBy(failing::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessage("no such data");
            assertThat(tries).as("times it was tried").hasContent("once");
        }
    }

    private record Failing(String tries) implements Cluster.Work<String> {

        @Override
        public String run() throws IOException {
            Path file = Path.of(tries);
            Files.writeString(file, Files.exists(file) ? "again" : "once");
            throw new IOException("no such data");
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // else pieces that are not side by side would wait
    void processesWorkSideBySideWithAnEngineThreadForEachOfTheirCores() throws Exception {
        try (Cluster cluster = Cluster.connect(SparkHome.TWO_PROCESSES, "test")) {
            CompletableFuture<Executor> first =
                    cluster.submit("a", new Meeting(folder.toString(), "a", "b"));
            CompletableFuture<Executor> second =
                    cluster.submit("b", new Meeting(folder.toString(), "b", "a"));
            assertThat(first.get().id()).isNotEqualTo(second.get().id());
            assertThat(first.get().id()).isNotEqualTo(ProcessHandle.current().pid());
            assertThat(first.get().threads()).isEqualTo("1");

            CompletableFuture<String> lost = cluster.submit("lost", new Dying());
            assertThatThrownBy(lost::get)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("The process that did it was lost (")
                    .hasMessageContaining("code 3");
            assertThat(cluster.submit("after it", () -> "done").get()).isEqualTo("done");
        }
    }

    /** A process that did a piece of work. */
    private record Executor(long id, String threads) implements Serializable {}

    /** A piece of work that ends when another has begun. */
    private record Meeting(String folder, String own, String other)
            implements Cluster.Work<Executor> {

        @Override
        public Executor run() throws Exception {
            Files.createFile(Path.of(folder, own));
            while (!Files.exists(Path.of(folder, other))) {
                Thread.sleep(10);
            }
            return new Executor(ProcessHandle.current().pid(), System.getenv("OMP_NUM_THREADS"));
        }
    }

    /** A piece of work in which the engine crashes. */
    private record Dying() implements Cluster.Work<String> {

        @Override
        public String run() {
            Runtime.getRuntime().halt(3);
            return "never";
        }
    }

    @Test
    void aClusterThatWasLeftTakesNoWork() throws Exception {
        Cluster cluster = Cluster.connect("local[1]", "test");
        cluster.close();
        assertThatThrownBy(() -> cluster.submit("late", () -> "done").get())
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("Spark has stopped");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo                       | 'foo'          | give spark://HOST:PORT",
                "spark://localhost         | has no host and port | give spark://HOST:PORT",
                "spark://localhost:1       | No Spark master answers | check that it runs",
                "spark://a:1,localhost:1   | No Spark master answers | check that it runs",
            })
    void aWrongUrlIsRefusedInOneSentence(String url, String problem, String advice) {
        assertThatThrownBy(() -> Cluster.connect(url, "test"))
                .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
                .message()
                .contains(problem, advice)
                .hasLineCount(1);
    }
}
