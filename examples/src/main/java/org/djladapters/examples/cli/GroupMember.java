/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.djladapters.examples.cluster.Hub;
import org.djladapters.examples.cluster.HubMember;
import org.djladapters.io.AtomicFiles;
import org.djladapters.tuning.ProcessGroup;

/**
 * What this process is in a group that trains an adapter together. The first member shows progress
 * and writes; the others keep what they have in a temporary folder.
 */
final class GroupMember implements AutoCloseable {

    /** A process that trains alone. */
    static final GroupMember ALONE = new GroupMember(null, null);

    /** The engine trains one adapter at a time, so a second member would wait for ever. */
    private static final AtomicBoolean JOINED = new AtomicBoolean();

    private final HubMember hub;
    private final Path scratch;

    private GroupMember(HubMember hub, Path scratch) {
        this.hub = hub;
        this.scratch = scratch;
    }

    /**
     * Joins a group.
     *
     * @param rank the number of this process
     * @param size the number of all
     */
    static GroupMember join(Hub.Address address, int rank, int size) throws IOException {
        HubMember hub = HubMember.join(address, rank, size);
        if (!JOINED.compareAndSet(false, true)) {
            hub.fail(
                    "Two parts of the training began in one process, which trains one adapter at a"
                            + " time; give a task all cores of its process (spark.task.cpus as"
                            + " spark.executor.cores)");
            hub.close();
            throw new IllegalStateException("This process is a member already");
        }
        return new GroupMember(hub, rank == 0 ? null : Files.createTempDirectory("finetune"));
    }

    boolean isInGroup() {
        return hub != null;
    }

    /** Tells whether this process writes what is trained. */
    boolean isFirst() {
        return scratch == null;
    }

    ProcessGroup group() {
        return isInGroup() ? hub : ProcessGroup.SINGLE;
    }

    /** Returns what shows the progress of this process. */
    Progress progress() {
        return isFirst() ? new SentProgress(hub) : new Progress() {};
    }

    /** Returns where this process writes to, in the place of the output of all. */
    Path output(Path all) {
        return isFirst() ? all : scratch.resolve("adapter");
    }

    /** Adds what the group did to the result. */
    ResultLine describe(ResultLine line) {
        return isInGroup()
                ? line.count("processes", hub.size())
                        .count("exchange_bytes", hub.exchangeBytes())
                        .number("exchange_seconds", hub.exchangeSeconds())
                : line;
    }

    /** Tells the group the result. */
    void end(String result) throws IOException {
        hub.end(result);
    }

    /** Tells the group the failure, which may be that of a machine alone. */
    void fail(String message) throws IOException {
        String machine = InetAddress.getLocalHost().getHostName();
        hub.fail("On machine '%s': %s".formatted(machine, ErrorLine.oneLine(message)));
    }

    @Override
    public void close() throws IOException {
        if (isInGroup()) {
            JOINED.set(false);
            hub.close();
        }
        if (!isFirst()) {
            AtomicFiles.deleteTree(scratch);
        }
    }
}
