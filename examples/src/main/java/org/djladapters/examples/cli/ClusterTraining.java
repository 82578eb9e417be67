/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
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

    /** How long processes may take to end, and the cluster to find out why one was lost. */
    private static final int END_SECONDS = 20;

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
            progress.onNote(
                    "Processes that share the %d batches of a step: %d".formatted(batches, size));
            try (Hub hub = Hub.open(cluster.host(), size)) {
                CompletableFuture<Void> job =
                        cluster.submitJoint(name, size, new Part(options, hub.address()))
                                .whenComplete((end, failure) -> closeAfter(failure, hub));
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
        String result;
        try {
            result = hub.serve(event -> SentProgress.show(event, progress));
        } catch (IOException e) {
            hub.close();
            Optional<String> reason = awaitEnd(job);
            throw e instanceof Hub.MemberException ? e : lost(reason, e);
        }
        awaitEnd(job);
        return result;
    }

    /** Waits until all processes have ended, and returns why the cluster thinks that one failed. */
    private static Optional<String> awaitEnd(CompletableFuture<Void> job) {
        try {
            job.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return Optional.of(ErrorLine.of(e));
        } catch (TimeoutException e) {
            // disconnecting from the cluster ends them
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private static IOException lost(Optional<String> reason, IOException failure) {
        String known = reason.orElse("A process of the training was lost");
        return new IOException(
                "%s%s run the same command again to resume after the last evaluation"
                        .formatted(known, known.contains("; ") ? ", and" : ";"),
                failure);
    }
}
