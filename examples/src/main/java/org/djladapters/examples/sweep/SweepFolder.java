/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * a run ends; {@code outputs} holds what runs gave for every example, {@code adapters} what they
 * trained where that is kept, {@code work} what is needed to go on.
 */
final class SweepFolder {

    private final Path folder;
    private final Path work;
    private final JsonLines<RunResult> runs;
    private final JsonLines<RateTrial> trials;

    /** Opens a folder, which is made if it is missing. */
    SweepFolder(Path folder) throws IOException {
        this.folder = folder;
        work = Files.createDirectories(folder.resolve("work"));
        runs = RunResult.lines(folder.resolve("runs.jsonl"));
        trials = RateTrial.lines(folder.resolve("rates.jsonl"));
    }

    /** Reads the results there are, those of other processes too. */
    SweepState state() throws IOException {
        return SweepState.of(runs.read(), trials.read());
    }

    void append(RunResult result) throws IOException {
        runs.append(List.of(result));
    }

    void append(RateTrial trial) throws IOException {
        trials.append(List.of(trial));
    }

    /** Where a run with a factor of its learning rate is trained. */
    Path work(RunKey key, double factor) {
        return work.resolve(name(key) + "+rate" + factor);
    }

    /** Where the adapter of a run is kept. */
    Path adapter(RunKey key) {
        return folder.resolve("adapters").resolve(key.task()).resolve(file(key));
    }

    /** The file of what a run gives for every example, relative to the folder. */
    static String outputs(RunKey key) {
        return "outputs/" + key.task() + "/" + file(key) + ".safetensors";
    }

    /** Where that file lies. */
    Path resolve(String outputs) {
        return folder.resolve(outputs);
    }

    /** Keeps the adapter of a run whose result is there. */
    void keep(RunKey key, Path adapter) throws IOException {
        Path kept = adapter(key);
        AtomicFiles.deleteTree(kept);
        Files.createDirectories(kept.getParent());
        Files.move(adapter, kept);
    }

    /** Deletes what a training has left when its result is there. */
    void forget(RunKey key, double factor) throws IOException {
        AtomicFiles.deleteTree(work(key, factor));
    }

    private static String name(RunKey key) {
        return key.task() + "+" + slug(key.method()) + "+seed" + key.seed();
    }

    private static String file(RunKey key) {
        return slug(key.method()) + "-" + key.seed();
    }

    /**
     * Makes part of a file name of a name for people: its letters and digits of ASCII in lower
     * case, with a hyphen for what is between them; a part of its hash if it has none.
     */
    static String slug(String name) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.isEmpty()
                ? Sha256.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, 12)
                : slug;
    }

    /**
     * Takes a piece of work for this thread of this process; nothing if another is at it. The
     * system takes the claim back when the process dies.
     */
    Optional<WriteLock> claim(SweepJob job) throws IOException {
        String trial = job.isTrial() ? "+rate" + job.factor().getAsDouble() : "";
        return WriteLock.tryTake(work.resolve(name(job.key()) + trial + ".lock"));
    }
}
