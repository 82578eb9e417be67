/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.cli.Samples;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkFinetuneTest {

    /**
     * AdamW may move an element whose gradient is rounding by its learning rate in any direction:
     * in 4 updates of up to 1e-2 that is 0.04 for one in a million elements. Of the others, whose
     * updates differ by some 1e-5 of their length, the sum is far smaller.
     */
    private static final double UPDATES = 0.04;

    @TempDir private static Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        SparkHome.make();
    }

    @Test
    void processesReachWhatOneReachesWithTheSameBatches() throws IOException {
        Run alone = finetune("alone", 2);
        Run together = finetune("together", 2, "--spark", SparkHome.TWO_PROCESSES);

        assertThat(together.status()).as(() -> String.join("\n", together.err())).isZero();
        assertThat(together.out()).last().asString().contains("\"processes\":2,\"exchange_bytes\"");
        assertThat(together.err())
                .contains("Processes that share the 2 batches of a step: 2")
                .filteredOn(line -> line.startsWith("epoch "))
                .hasSameSizeAs(
                        alone.err().stream().filter(line -> line.startsWith("epoch ")).toList())
                .isNotEmpty();
        assertThat(distance(folder.resolve("alone"), folder.resolve("together")))
                .isLessThan(UPDATES);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // else a training that goes on would be waited for
    void aTrainingThatLosesAProcessSaysSoAndResumes() throws Exception {
        Path state = folder.resolve("lost.partial").resolve("state.safetensors");
        CompletableFuture<Run> running =
                CompletableFuture.supplyAsync(
                        () -> finetune("lost", 40, "--spark", SparkHome.TWO_PROCESSES));
        while (!Files.exists(state)) {
            assertThat(running).isNotDone();
            Thread.sleep(10);
        }
        // the two processes are the only children of this one
        ProcessHandle.current().children().findFirst().orElseThrow().destroyForcibly();

        Run lost = running.get();
        assertThat(lost.status()).isEqualTo(1);
        assertThat(lost.err())
                .last()
                .asString()
                .startsWith("The process that did it was lost (")
                .contains("code 137); look into its log")
                .endsWith(", and run the same command again to resume after the last evaluation");

        Run again = finetune("lost", 40, "--spark", SparkHome.TWO_PROCESSES);
        assertThat(again.status()).as(() -> String.join("\n", again.err())).isZero();
        assertThat(again.err()).anyMatch(line -> line.startsWith("Resuming after epoch "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--accumulate=1 --spark=local[2]   | a step has one; give their number",
                "--accumulate=2 --spark=local[2]   | is this process alone; give spark://HOST",
                "--precision=auto --accumulate=2 --spark=local[2] | choose float32 or bfloat16",
            })
    void whatCanNotBeSharedIsRefused(String options, String problem) throws IOException {
        List<Object> words =
                new ArrayList<>(Samples.finetune("tiny-bert", folder, folder.resolve("no")));
        words.addAll(List.of(options.split(" ", -1)));
        Run run = Run.of(words.toArray());
        assertThat(run.status()).isNotZero();
        assertThat(run.err()).singleElement().asString().contains(problem);
    }

    private static Run finetune(String output, int epochs, String... more) {
        try {
            List<Object> words =
                    new ArrayList<>(
                            Samples.finetune("tiny-bert", folder, folder.resolve(output), epochs));
            words.addAll(List.of("--accumulate", 2, "--precision", "float32"));
            words.addAll(List.of("--learning-rate", 0.01, "--matmul", "mkl"));
            words.addAll(List.of(more));
            return Run.of(words.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the largest difference between parameters of two adapters. */
    private static double distance(Path one, Path other) throws IOException {
        double largest = 0;
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile first =
                        SafetensorsFile.open(one.resolve("adapter_model.safetensors"));
                SafetensorsFile second =
                        SafetensorsFile.open(other.resolve("adapter_model.safetensors"))) {
            assertThat(first.tensors().keySet()).isEqualTo(second.tensors().keySet());
            for (String name : first.tensors().keySet()) {
                NDArray difference = first.read(manager, name).sub(second.read(manager, name));
                largest = Math.max(largest, difference.abs().max().getFloat());
            }
        }
        return largest;
    }
}
