/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.djladapters.examples.cluster.Cluster;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepCells;
import org.djladapters.tuning.ProgressListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSweepTest {

    private static final String FILE =
            """
            {
              "suite": "reviews", "held_back": 0.34, "seeds": [1, 2],
              "training": "--epochs 1 --max-length 16",
              "tasks": [{"name": "stars", "train": "train.tsv", "dev": "dev.tsv"}],
              "rates": [1],
              "methods": [{"name": "head", "options": "--method head"}]
            }
            """;

    @TempDir private Path folder;

    @Test
    void runsWhoseProcessesWereLostAreToldAndCounted() throws IOException {
        Samples.train(folder);
        Samples.dev(folder);
        Path file = Files.writeString(folder.resolve("sweep.json"), FILE);
        List<String> notes = new ArrayList<>();
        ProgressListener listener = new Notes(notes);
        SweepArguments arguments =
                new SweepArguments(
                        file.toString(),
                        folder.toString(),
                        Samples.model("tiny-bert").toString(),
                        folder.resolve("result").toString(),
                        false,
                        false,
                        false,
                        false,
                        null,
                        null,
                        SweepCells.ALL,
                        null,
                        0);
        Sweep sweep = arguments.open(listener);

        int lost = new ClusterSweep(arguments, listener, sweep, new BrokenCluster()).run();

        assertThat(lost).isEqualTo(2);
        assertThat(notes)
                .containsExactly(
                        "stars, head, seed 1 did not finish: The machine burned",
                        "stars, head, seed 2 did not finish: The machine burned");
        assertThat(sweep.pending()).hasSize(2);
    }

    private record Notes(List<String> notes) implements ProgressListener {

        @Override
        public void onNote(String note) {
            notes.add(note);
        }
    }

    /** Its machines are all lost. */
    private record BrokenCluster() implements Cluster {

        @Override
        public <R extends Serializable> CompletableFuture<R> submit(String name, Work<R> work) {
            return CompletableFuture.failedFuture(new IOException("The machine burned"));
        }

        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public int processes(int most) throws IOException {
            throw new IOException("The machines burned");
        }

        @Override
        public CompletableFuture<Void> submitJoint(String name, int size, JointWork work) {
            return CompletableFuture.failedFuture(new IOException("The machines burned"));
        }

        @Override
        public void close() {
            // nothing is left of it
        }
    }
}
