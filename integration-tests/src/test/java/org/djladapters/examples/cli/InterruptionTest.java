/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A program that is asked to stop while it trains. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a Java program can't send it a signal")
class InterruptionTest {

    private static final int EPOCHS = 100_000;

    private static final Path CHECKPOINT = Path.of("src/test/resources/hub/tiny-bert");

    @TempDir private Path folder;

    @Test
    void leavesNothingHalfWrittenAndGoesOnWhenRunAgain() throws Exception {
        Path output = folder.resolve("adapter");

        List<Object> command = Samples.finetune("tiny-bert", folder, output, EPOCHS);
        List<String> first = runAndStop(command);
        assertThat(first)
                .last()
                .asString()
                .startsWith("Interrupted, the state after epoch ")
                .contains("run the same command again");
        assertThat(output).doesNotExist();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith(".tmp"));
        }
        Path state = folder.resolve("adapter.partial").resolve("state.safetensors");
        SafetensorsFile.open(state).close();

        List<String> second = runAndStop(command);
        // another process may find other products the fastest, which is said before
        assertThat(second).anySatisfy(line -> assertThat(line).startsWith("Resuming after epoch "));
    }

    /** What an interrupted run began in does not depend on what is the fastest later. */
    @Test
    void goesOnInTheTypeThatItBeganIn() throws Exception {
        Path output = folder.resolve("adapter");
        List<Object> command =
                new ArrayList<>(Samples.finetune("tiny-bert", folder, output, EPOCHS));
        command.set(command.indexOf("--model") + 1, CHECKPOINT);
        List<Object> narrow = new ArrayList<>(command);
        narrow.addAll(List.of("--precision", "bfloat16"));
        runAndStop(narrow);

        assertThat(runAndStop(command))
                .startsWith("precision: bfloat16 (as it began)")
                .anySatisfy(line -> assertThat(line).startsWith("Resuming after epoch "));

        command.addAll(List.of("--precision", "float32"));
        Run refused = Run.of(command.toArray());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .singleElement()
                .asString()
                .contains(
                        "computes in bfloat16, not in float32; leave --precision and --dtype out");
    }

    /** Runs until two epochs are done; returns what it said on standard error. */
    private List<String> runAndStop(List<Object> words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("org.djladapters.examples.cli.Adapters");
        words.forEach(word -> command.add(word.toString()));
        Process process =
                new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile()).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader err = process.errorReader()) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.add(line);
                if (said.stream().filter(l -> l.startsWith("epoch ")).count() == 2) {
                    process.toHandle().destroy(); // leaves the streams open
                }
            }
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("status of SIGTERM").isEqualTo(143);
        assertThat(folder.resolve("out")).isEmptyFile();
        return said;
    }
}
