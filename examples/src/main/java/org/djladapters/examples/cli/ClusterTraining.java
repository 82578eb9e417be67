/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.djladapters.examples.cluster.Cluster;
import org.djladapters.examples.cluster.Hub;

/**
 * A training that processes of a cluster do together. Each runs {@code finetune} with the same
 * options, and they exchange gradients over a {@link Hub} in this process.
 */
final class ClusterTraining {

    /** How long the cluster may take to find out why a process ended. */
    private static final int REASON_SECONDS = 20;

    private final String url;
    private final String name;
    private final List<String> options;

    /**
     * Prepares a training.
     *
     * @param url the cluster
     * @param name a description for people who look at the cluster
     * @param options those of {@code finetune} for every process
     */
    ClusterTraining(String url, String name, List<String> options) {
        this.url = url;
        this.name = name;
        this.options = options;
    }

    /** The part of a process. */
    private record Part(List<String> options, Hub.Address hub)
            implements Cluster.JointWork, Serializable {

        @Override
        public void run(int rank, int size) throws IOException {
            try (GroupMember member = GroupMember.join(hub, rank, size)) {
                Adapters.train(member, options);
            }
        }
    }

    /**
     * Trains, and returns what the first process printed.
     *
     * @param batches the number of batches of a step
     */
    String run(int batches, Progress progress) throws IOException {
        try (Cluster cluster = Cluster.connect(url, name)) {
            int size = cluster.processes(batches);
            progress.onNote("Processes that share the %d batches of a step: %d".formatted(batches, size));
            try (Hub hub = Hub.open(cluster.host(), size)) {
                CompletableFuture<Void> job =
                        cluster.submitJoint(name, size, new Part(options, hub.address()));
                job.whenComplete((end, failure) -> closeAfter(failure, hub));
                return serve(hub, job, progress);
            }
        }
    }

    /** Ends the waiting for processes that do not come, or not back. */
    private static void closeAfter(Throwable failure, Hub hub) {
        if (failure != null) {
            try {
                hub.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static String serve(Hub hub, CompletableFuture<Void> job, Progress progress)
            throws IOException {
        try {
            return hub.serve(event -> SentProgress.show(event, progress));
        } catch (Hub.MemberException e) {
            throw e;
        } catch (IOException e) {
            throw lost(job, e);
        }
    }

    /** Explains that a process was lost, as well as the cluster knows why. */
    private static IOException lost(CompletableFuture<Void> job, IOException failure) {
        String reason = ErrorLine.of(failure);
        try {
            job.get(REASON_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            reason = ErrorLine.of(e);
        } catch (TimeoutException e) {
            // the cluster does not know
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new IOException(
                "The training ended, since a process did: %s; run the same command again to resume after the last evaluation"
                        .formatted(reason),
                failure);
    }
}
