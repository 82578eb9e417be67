/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.djladapters.examples.sweep.Cluster;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepJob;
import org.djladapters.tuning.ProgressListener;

/**
 * Does the trials and runs of a sweep on a cluster. A method's runs are given to the cluster when
 * all its trials have ended, which choose their learning rate.
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
        Map<SweepJob, CompletableFuture<Void>> ends = new LinkedHashMap<>();
        for (SweepJob job : sweep.pending()) {
            CompletableFuture<?>[] before =
                    ends.keySet().stream()
                            .filter(job::waitsFor)
                            .map(ends::get)
                            .toArray(CompletableFuture<?>[]::new);
            ends.put(job, CompletableFuture.allOf(before).thenCompose(ended -> submit(job)));
        }
        CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new)).join();
        return lost;
    }

    private CompletableFuture<Void> submit(SweepJob job) {
        SweepArguments sent = arguments; // not all of this object
        int place = sweep.jobs().indexOf(job);
        return cluster.submit(job.toString(), () -> SharedSweep.attempt(sent, place))
                .handle(
                        (summary, failure) -> {
                            tell(job, summary, failure);
                            return null;
                        });
    }

    private synchronized void tell(SweepJob job, String summary, Throwable failure) {
        if (failure != null) {
            lost++;
            listener.onNote("%s did not finish: %s".formatted(job, ErrorLine.of(failure)));
        } else if (!summary.isEmpty()) {
            listener.onNote(progress() + summary);
        }
    }

    private String progress() {
        try {
            int all = sweep.jobs().size();
            String left =
                    sweep.workLeft().map(text -> ", about " + text + " of work left").orElse("");
            return "%d of %d done%s; ".formatted(all - sweep.pending().size(), all, left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
