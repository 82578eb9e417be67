/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.djladapters.examples.sweep.Cluster;
import org.djladapters.examples.sweep.PlannedRun;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.tuning.ProgressListener;

/**
 * Does the runs of a sweep on a cluster, each run a piece of work. A method's other seeds are given
 * to the cluster when its first has ended, which chooses their learning rate.
 */
final class ClusterSweep {

    private final SweepArguments arguments;
    private final ProgressListener listener;
    private final Sweep sweep;
    private final Cluster cluster;
    private int lost;

    /**
     * Prepares a sweep; nothing begins yet.
     *
     * @param listener is notified of every run that ends
     */
    ClusterSweep(
            SweepArguments arguments, ProgressListener listener, Sweep sweep, Cluster cluster) {
        this.arguments = arguments;
        this.listener = listener;
        this.sweep = sweep;
        this.cluster = cluster;
    }

    /**
     * Does all runs that can be done. A run that fails leaves a line with the reason as it does
     * elsewhere; one whose process was lost leaves none.
     *
     * @return the number of runs whose processes were lost
     */
    int run() throws IOException {
        Map<RunKey, CompletableFuture<Void>> ends = new HashMap<>();
        for (PlannedRun run : sweep.pending()) {
            CompletableFuture<Void> first =
                    ends.getOrDefault(run.first(), CompletableFuture.completedFuture(null));
            ends.put(run.key(), first.thenCompose(ended -> submit(run.key())));
        }
        CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new)).join();
        return lost;
    }

    private CompletableFuture<Void> submit(RunKey key) {
        SweepArguments sent = arguments; // not all of this object
        return cluster.submit(key.toString(), () -> SharedSweep.attempt(sent, key))
                .handle(
                        (summary, failure) -> {
                            tell(key, summary, failure);
                            return null;
                        });
    }

    private synchronized void tell(RunKey key, String summary, Throwable failure) {
        if (failure != null) {
            lost++;
            listener.onNote("%s did not finish: %s".formatted(key, ErrorLine.of(failure)));
        } else if (!summary.isEmpty()) {
            listener.onNote(progress() + summary);
        }
    }

    private String progress() {
        try {
            int all = sweep.runs().size();
            String left =
                    sweep.workLeft().map(text -> ", about " + text + " of work left").orElse("");
            return "%d of %d runs done%s; ".formatted(all - sweep.pending().size(), all, left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
