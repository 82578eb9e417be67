/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter and a model that it was not trained on, on the command line. */
class WrongBaseCommandTest {

    @TempDir private Path folder;

    private Path adapter;
    private Path merged;
    private Path pairs;

    private static Run successful(Object... command) {
        Run run = Run.of(command);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return run;
    }

    private void make() throws IOException {
        adapter = folder.resolve("adapter");
        merged = folder.resolve("merged");
        pairs =
                Files.writeString(
                        folder.resolve("pairs.tsv"),
                        "sentence1\tsentence2\nwhere\there\nwhen\tnow\nwho\tme\n");
        successful(
                "finetune",
                "--task",
                "embedding",
                "--model",
                Samples.model("tiny-bert"),
                "--train",
                pairs,
                "--dev",
                pairs,
                "--output",
                adapter,
                "--epochs",
                3,
                "--learning-rate",
                0.05);
        successful(
                "merge",
                "--model",
                Samples.model("tiny-bert"),
                "--adapter",
                adapter,
                "--output",
                merged);
    }

    @Test
    void isRefusedByNameUnlessAnyBaseIsAllowed() throws IOException {
        make();
        List<List<Object>> commands =
                List.of(
                        List.of("evaluate", "--adapter", adapter, "--data", pairs),
                        List.of("predict", "--adapter", adapter, "--text", "good"),
                        List.of("merge", "--adapter", adapter, "--output", folder.resolve("m")),
                        List.of("convert", "--adapter", adapter, "--output", folder.resolve("c")));
        for (List<Object> command : commands) {
            List<Object> whole = new ArrayList<>(command);
            whole.addAll(List.of("--model", merged));
            Run refused = Run.of(whole.toArray());
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).hasSize(1);
            assertThat(refused.err().get(0))
                    .contains("was trained on the base model 'tiny-bert'", "--any-base");

            successful(Stream.concat(whole.stream(), Stream.of("--any-base")).toArray());
        }
    }
}
