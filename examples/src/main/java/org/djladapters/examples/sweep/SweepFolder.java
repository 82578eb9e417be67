/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonLines;
import org.djladapters.io.WriteLock;

/**
 * The folder of a sweep: {@code runs.jsonl} gets a line when a run ends, {@code work} holds what
 * runs that have begun need to go on.
 */
final class SweepFolder {

    private final Path work;
    private final JsonLines<RunResult> lines;

    /** Opens a folder, which is made if it is missing. */
    SweepFolder(Path folder) throws IOException {
        work = Files.createDirectories(folder.resolve("work"));
        lines = RunResult.lines(folder.resolve("runs.jsonl"));
    }

    /** Reads the results there are, those of other processes too; the last one of each run. */
    Map<RunKey, RunResult> results() throws IOException {
        Map<RunKey, RunResult> results = new LinkedHashMap<>();
        lines.read().forEach(result -> results.put(result.key(), result));
        return results;
    }

    void append(RunResult result) throws IOException {
        lines.append(List.of(result));
    }

    /** Where a run works. */
    Path work(RunKey key) {
        return work.resolve(name(key));
    }

    /** Deletes what a run has left when its result is there. */
    void forget(RunKey key) throws IOException {
        AtomicFiles.deleteTree(work(key));
    }

    private static String name(RunKey key) {
        String budget = key.budget().isEmpty() ? "" : "+" + key.budget();
        return key.task() + "+" + key.method() + budget + "+seed" + key.seed();
    }

    /**
     * Takes a run for this thread of this process; nothing if another is at it. The system takes
     * the claim back when the process dies.
     */
    Optional<WriteLock> claim(RunKey key) throws IOException {
        return WriteLock.tryTake(work.resolve(name(key) + ".lock"));
    }
}
