/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunResult;

/** The recorded runs and trials of the tuned comparison, named by their folders. */
final class RecordedRuns {

    static final Path FOLDER = Markdown.ROOT.resolve("examples/evidence");

    /** The planned runs on texts, and those of compound in small blocks on the same tasks. */
    static final String SMALL_BLOCKS_ON_TEXTS =
            "tuned-500 tuned-xquad tuned-rivals tuned-answers tuned-order-1";

    /** The same on bge-small. */
    static final String SMALL_BLOCKS_ON_BGE = "tuned-bge tuned-bge-float32 tuned-bge-order-1";

    /** The same on images. */
    static final String SMALL_BLOCKS_ON_IMAGES = "tuned-images tuned-images-order-1";

    private static final String LOWER = "\"suite\":\"tuned-lower\"";
    private static final String PLANNED = "\"suite\":\"tuned-500\"";

    private RecordedRuns() {}

    /** Returns the file with the lines of the runs. */
    static Path of(String suite) {
        return FOLDER.resolve(suite).resolve("runs.jsonl");
    }

    /**
     * Returns the files with the runs of suites that one report is about. Those of {@code
     * tuned-lower} are written into a folder, to be put in the place of others.
     */
    static List<Path> of(List<String> suites, Path folder) throws IOException {
        List<Path> runs = new ArrayList<>();
        for (String suite : suites) {
            runs.add(
                    suite.equals("tuned-lower")
                            ? ofTasks(suite, folder.resolve(suite), List.of("WNUT17", "Debian"))
                            : of(suite));
        }
        return runs;
    }

    /** Writes the runs of a task into a folder, of those suites that have any. */
    static List<Path> ofTask(String task, List<String> suites, Path folder) throws IOException {
        List<Path> runs = new ArrayList<>();
        for (String suite : suites) {
            Path lines = ofTasks(suite, folder.resolve(suite), List.of(task));
            if (Files.size(lines) > 0) {
                runs.add(lines);
            }
        }
        return runs;
    }

    /**
     * Writes the runs of some tasks alone into a folder, with their outputs and the trials of rates
     * beside them. Those of {@code tuned-lower} get the name of the runs in whose place they are
     * put.
     */
    static Path ofTasks(String suite, Path folder, List<String> tasks) throws IOException {
        List<String> lines = Files.readAllLines(of(suite));
        Files.createDirectories(folder);
        StringBuilder chosen = new StringBuilder();
        for (String task : tasks) {
            for (String line : lines) {
                if (line.contains("\"task\":\"%s\"".formatted(task))) {
                    chosen.append(line.replace(LOWER, PLANNED)).append('\n');
                }
            }
            copy(Path.of("outputs", task), FOLDER.resolve(suite), folder);
        }
        copy(Path.of("rates.jsonl"), FOLDER.resolve(suite), folder);
        return Files.writeString(folder.resolve("runs.jsonl"), chosen);
    }

    /** Copies a file or the files of a folder, if it is there. */
    private static void copy(Path name, Path from, Path to) throws IOException {
        if (Files.notExists(from.resolve(name))) {
            return;
        }
        try (Stream<Path> files = Files.walk(from.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** The scores of the seeds of a method, in their order, times a factor. */
    static String scoresOfSeeds(String suite, String task, String method, double factor)
            throws IOException {
        return ofMethod(suite, method).stream()
                .filter(run -> run.key().task().equals(task))
                .sorted(Comparator.comparing(run -> run.key().seed()))
                .map(run -> factor * run.testMetrics().get(run.metric()))
                .map(score -> String.format(Locale.ROOT, "%.1f", score))
                .collect(Collectors.joining(", "));
    }

    static List<RunResult> ofMethod(String suite, String method) throws IOException {
        return RunResult.lines(of(suite)).read().stream()
                .filter(run -> run.key().method().equals(method))
                .toList();
    }

    /** The trials of rates of some suites, with any seed. */
    static List<RateTrial> trials(String... suites) throws IOException {
        List<RateTrial> trials = new ArrayList<>();
        for (String suite : suites) {
            trials.addAll(RateTrial.lines(rates(suite)).read());
        }
        return trials;
    }

    private static Path rates(String suite) {
        return FOLDER.resolve(suite).resolve("rates.jsonl");
    }
}
