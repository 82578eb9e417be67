/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every reader of files answers a damaged file with one line that names it, or reads it and works:
 * the process never ends, and nothing else is thrown.
 *
 * <p>The same cases run each time. {@code -Dfuzz.seconds=600 -Dfuzz.seed=8} runs others for ten
 * minutes, {@code -Dfuzz.seed=8 -Dfuzz.case=1234} one case again.
 */
class FuzzTest {

    private static final long SEED = Long.getLong("fuzz.seed", 7);
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
    private static final long CASE = Long.getLong("fuzz.case", -1);
    private static final long CASES = 800;
    private static final int MOST_FAILURES = 10;

    @TempDir Path folder;

    @Test
    void damagedFilesAreRefusedInOneLineOrWork() throws Exception {
        long end = CASE >= 0 ? CASE + 1 : SECONDS > 0 ? Long.MAX_VALUE : CASES;
        long deadline = System.currentTimeMillis() + 1000 * (SECONDS > 0 ? SECONDS : 600);
        List<String> failures = new ArrayList<>();
        long next = Math.max(CASE, 0);
        boolean going = true;
        while (going && next < end && failures.size() < MOST_FAILURES) {
            long seconds = Math.max(1, (deadline - System.currentTimeMillis()) / 1000);
            Path output = folder.resolve("output");
            int status = run(next, end, seconds, output);
            List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            assertThat(folder.resolve(FuzzProcess.PROGRESS)).as(lines.toString()).exists();
            lines.stream().filter(l -> l.startsWith(FuzzProcess.FAILURE)).forEach(failures::add);
            long last = Long.parseLong(Files.readString(folder.resolve(FuzzProcess.PROGRESS)));
            if (status != 0) {
                failures.add(
                        FuzzProcess.FAILURE
                                + last
                                + " ended the process with "
                                + status
                                + ": "
                                + lines.subList(Math.max(0, lines.size() - 20), lines.size()));
            }
            going = status != 0 && System.currentTimeMillis() < deadline;
            next = last + 1;
        }

        assertThat(failures)
                .as("give -Dfuzz.seed=%d -Dfuzz.case=N to run one of them again", SEED)
                .isEmpty();
    }

    private int run(long first, long end, long seconds, Path output)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-DENGINE_CACHE_DIR=" + Utils.getEngineCacheDir(),
                        "-DDJL_CACHE_DIR=" + folder.resolve("work").resolve("cache"),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        FuzzProcess.class.getName(),
                        Long.toString(SEED),
                        Long.toString(first),
                        Long.toString(end),
                        Long.toString(seconds),
                        folder.resolve(".").normalize().toString());
        builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1"));
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }
}
