/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonLines;
import org.djladapters.io.Sha256;
import org.djladapters.io.WriteLock;

/**
 * The folder of a sweep: {@code rates.jsonl} gets a line when a trial ends, {@code runs.jsonl} when
 * a run ends; {@code outputs} has the outputs of runs for every example, {@code adapters} the
 * adapters that are kept, {@code work} the state of unfinished trainings.
 */
final class SweepFolder {

    private final Path folder;
    private final Path work;
    private final JsonLines<RunResult> runs;
    private final JsonLines<RateTrial> trials;

    /** Opens a folder, which is created if it is missing. */
    SweepFolder(Path folder) throws IOException {
        this.folder = folder;
        work = Files.createDirectories(folder.resolve("work"));
        runs = RunResult.lines(folder.resolve("runs.jsonl"));
        trials = RateTrial.lines(folder.resolve("rates.jsonl"));
    }

    /** Reads all results, also those of other processes. */
    SweepState state() throws IOException {
        return SweepState.of(runs.read(), trials.read());
    }

    void append(RunResult result) throws IOException {
        runs.append(List.of(result));
    }

    void append(RateTrial trial) throws IOException {
        trials.append(List.of(trial));
    }

    /** Returns the folder in which a run is trained with factors of its learning rates. */
    Path work(RunKey key, Rates rates) {
        return work.resolve(name(key) + "+" + rates.fileName());
    }

    /** Returns the folder in which the adapter of a run is kept. */
    Path adapter(RunKey key) {
        return folder.resolve("adapters").resolve(key.task()).resolve(file(key));
    }

    /** Returns the path of a run's outputs for every example, relative to the folder. */
    static String outputs(RunKey key) {
        return "outputs/" + key.task() + "/" + file(key) + ".safetensors";
    }

    /** Returns the whole path of outputs. */
    Path resolve(String outputs) {
        return folder.resolve(outputs);
    }

    /** Keeps the adapter of a run that has a result. */
    void keep(RunKey key, Path adapter) throws IOException {
        Path kept = adapter(key);
        AtomicFiles.deleteTree(kept);
        Files.createDirectories(kept.getParent());
        Files.move(adapter, kept);
    }

    /** Deletes the state of a training that has a result. */
    void forget(RunKey key, Rates rates) throws IOException {
        AtomicFiles.deleteTree(work(key, rates));
    }

    /** Deletes the states of all trainings of a run that has a result. */
    void forget(RunKey key) throws IOException {
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(work, path -> isTraining(key, path))) {
            for (Path training : found) {
                AtomicFiles.deleteTree(training);
            }
        }
    }

    private static boolean isTraining(RunKey key, Path path) {
        return path.getFileName().toString().startsWith(name(key) + "+") && Files.isDirectory(path);
    }

    private static String name(RunKey key) {
        return key.task() + "+" + slug(key.method()) + "+seed" + key.seed();
    }

    private static String file(RunKey key) {
        return slug(key.method()) + "-" + key.seed();
    }

    /**
     * Turns a name into a part of file names: its ASCII letters and digits in lower case, with a
     * hyphen for other characters; a part of its hash if it has none.
     */
    static String slug(String name) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.isEmpty()
                ? Sha256.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, 12)
                : slug;
    }

    /**
     * Claims a piece of work for this thread; empty if another thread or process has it. The system
     * releases the claim when the process dies.
     */
    Optional<WriteLock> claim(SweepJob job) throws IOException {
        String trial = job.rates().map(rates -> "+" + rates.fileName()).orElse("");
        return WriteLock.tryTake(work.resolve(name(job.key()) + trial + ".lock"));
    }
}
