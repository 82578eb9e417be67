/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.djladapters.examples.cluster.Cluster;
import org.djladapters.examples.sweep.Rates;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepJob;
import org.djladapters.tuning.ProgressListener;

/**
 * Does the trials and runs of a sweep on a cluster. A method's runs are submitted when all its
 * trials, which choose the learning rate, have ended.
 */
final class ClusterSweep {

    private final SweepArguments arguments;
    private final ProgressListener listener;
    private final Sweep sweep;
    private final Cluster cluster;
    private final Set<SweepJob> lost = ConcurrentHashMap.newKeySet();

    /** Prepares a sweep; the listener is notified of every run that ends. */
    ClusterSweep(
            SweepArguments arguments, ProgressListener listener, Sweep sweep, Cluster cluster) {
        this.arguments = arguments;
        this.listener = listener;
        this.sweep = sweep;
        this.cluster = cluster;
    }

    /**
     * Does all runs that can be done and returns the number of those whose processes were lost,
     * which leave no line in the results.
     */
    int run() throws IOException {
        List<SweepJob> before = List.of();
        List<SweepJob> pending = pending();
        while (!pending.equals(before)) { // trials may show that others are needed
            submit(pending);
            before = pending;
            pending = pending();
        }
        return lost.size();
    }

    private List<SweepJob> pending() throws IOException {
        return sweep.pending().stream().filter(job -> !lost.contains(job)).toList();
    }

    /** Submits work, each run when the trials among it that it waits for have ended. */
    private void submit(List<SweepJob> work) {
        Map<SweepJob, CompletableFuture<Void>> ends = new LinkedHashMap<>();
        for (SweepJob job : work) {
            CompletableFuture<?>[] before =
                    ends.keySet().stream()
                            .filter(job::waitsFor)
                            .map(ends::get)
                            .toArray(CompletableFuture<?>[]::new);
            ends.put(job, CompletableFuture.allOf(before).thenCompose(ended -> submit(job)));
        }
        CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new)).join();
    }

    private CompletableFuture<Void> submit(SweepJob job) {
        SweepArguments sent = arguments; // so that the lambda does not capture this object
        RunKey key = job.key();
        Rates rates = job.rates().orElse(null);
        return cluster.submit(job.toString(), () -> SharedSweep.attempt(sent, key, rates))
                .handle(
                        (summary, failure) -> {
                            note(job, summary, failure);
                            return null;
                        });
    }

    private synchronized void note(SweepJob job, String summary, Throwable failure) {
        if (failure != null) {
            lost.add(job);
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
