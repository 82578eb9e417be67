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

    private RecordedRuns() {}

    /** Returns the file with the lines of the runs. */
    static Path of(String suite) {
        return FOLDER.resolve(suite).resolve("runs.jsonl");
    }

    /** Writes the runs of some tasks alone into a folder. */
    static Path ofTasks(String suite, Path folder, String... tasks) throws IOException {
        List<String> lines = Files.readAllLines(of(suite));
        String chosen =
                Stream.of(tasks)
                        .flatMap(task -> lines.stream().filter(line -> isOf(task, line)))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        return withOutputs(suite, chosen, folder);
    }

    private static boolean isOf(String task, String line) {
        return line.contains("\"task\":\"%s\"".formatted(task));
    }

    /** The runs of {@code tuned-lower} under the name of those in whose place they are put. */
    static Path withLowerRates(Path folder) throws IOException {
        String runs = Files.readString(of("tuned-lower"));
        return withOutputs(
                "tuned-lower",
                runs.replace("\"suite\":\"tuned-lower\"", "\"suite\":\"tuned-500\""),
                folder);
    }

    /**
     * Writes lines of runs into a folder, with the outputs of these and other runs and the trials
     * of rates beside them.
     */
    private static Path withOutputs(String suite, String runs, Path folder) throws IOException {
        Path outputs = FOLDER.resolve(suite).resolve("outputs");
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.walk(outputs)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("outputs").resolve(outputs.relativize(file)));
            }
        }
        Path rates = rates(suite);
        if (Files.exists(rates)) {
            Files.copy(rates, folder.resolve("rates.jsonl"));
        }
        return Files.writeString(folder.resolve("runs.jsonl"), runs);
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
