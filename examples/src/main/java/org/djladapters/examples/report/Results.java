/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.io.JsonLines;
import org.djladapters.io.MalformedFileException;

/**
 * The results of sweeps: suites with their runs, trials of learning rates and layouts, and the
 * files whose last line is unfinished and left out.
 */
record Results(List<Suite> suites, List<RateTrial> trials, List<Path> unfinished) {

    private static final String TRIALS = "rates.jsonl";

    /** Earlier versions tried learning rates one by one and kept no outputs. */
    private static final String EARLIER = "\"search_seconds\":";

    /**
     * Reads files.
     *
     * @param files runs, each with the trials beside it
     * @param searches trials of searches, which have no runs
     * @param plans the known sweep files by the names of their suites
     */
    static Results read(List<Path> files, List<Path> searches, Map<String, SweepFile> plans)
            throws IOException {
        List<Run> runs = new ArrayList<>();
        List<Path> ofTrials = new ArrayList<>(searches);
        List<Path> unfinished = new ArrayList<>();
        for (Path file : files) {
            requireCurrent(file);
            Path folder = file.toAbsolutePath().getParent();
            read(RunResult.lines(file), file, unfinished).stream()
                    .sorted(Comparator.comparing(RunResult::suite))
                    .forEach(result -> runs.add(new Run(result, folder)));
            Path beside = folder.resolve(TRIALS);
            if (Files.exists(beside) && !searches.contains(beside)) {
                ofTrials.add(beside);
            }
        }
        if (runs.isEmpty()) {
            throw new IllegalArgumentException(
                    unfinished.isEmpty()
                            ? "There are no results in %s; run a sweep first"
                                    .formatted(Text.list(files))
                            : "The only line of %s has no line break; if it is whole, add one"
                                    .formatted(Text.list(unfinished)));
        }
        List<RateTrial> trials = new ArrayList<>();
        for (Path file : ofTrials) {
            requireThere(file);
            trials.addAll(read(RateTrial.lines(file), file, unfinished));
        }
        return new Results(Suite.of(runs, plans), trials, unfinished);
    }

    private static <T> List<T> read(JsonLines<T> lines, Path file, List<Path> unfinished)
            throws IOException {
        List<T> read = lines.read();
        if (lines.endsUnfinished()) {
            unfinished.add(file);
        }
        return read;
    }

    private static void requireThere(Path file) throws NoSuchFileException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
    }

    private static void requireCurrent(Path file) throws IOException {
        requireThere(file);
        if (Files.isDirectory(file)) {
            return; // reading the lines reports it
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            return; // as above
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(EARLIER)) {
                throw new MalformedFileException(
                        file,
                        ("line %d was written by an earlier version, which did not keep what a run"
                                        + " gave for every example; run the sweep again")
                                .formatted(i + 1));
            }
        }
    }
}
