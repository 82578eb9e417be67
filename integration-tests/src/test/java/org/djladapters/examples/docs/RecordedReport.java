/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.djladapters.examples.cli.Run;

/** A report of recorded runs; its differences are written as the pages write them. */
record RecordedReport(Path file, String text) {

    static final String LORA = "LoRA, rank 8";

    /** The report that lies beside the runs of the first suite. */
    static RecordedReport kept(String suites) throws IOException {
        Path runs = RecordedRuns.FOLDER.resolve(names(suites).get(0));
        return read(runs.resolve("report/report.md"));
    }

    /** A report that is made into a folder; the first suite has the name of the sweep file. */
    static RecordedReport made(String suites, Path folder, String... options) throws IOException {
        List<String> names = names(suites);
        return made(names.get(0), RecordedRuns.of(names, folder), folder, options);
    }

    /** The same of one task, of those suites that have any of its runs. */
    static RecordedReport ofTask(String task, String suites, Path folder, String... options)
            throws IOException {
        List<String> names = names(suites);
        return made(names.get(0), RecordedRuns.ofTask(task, names, folder), folder, options);
    }

    /** The same of other files of runs. */
    static RecordedReport made(String suite, List<Path> runs, Path folder, String... options)
            throws IOException {
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                "report",
                                "--input",
                                runs.stream().map(Path::toString).collect(Collectors.joining(",")),
                                "--sweep",
                                RecordedRuns.FOLDER.resolve(suite + ".json"),
                                "--all-tasks",
                                "--output",
                                folder.resolve("report")));
        arguments.addAll(List.of(options));
        Run run = Run.of(arguments.toArray());

        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return read(folder.resolve("report/report.md"));
    }

    private static List<String> names(String suites) {
        return List.of(suites.split(" "));
    }

    private static RecordedReport read(Path file) throws IOException {
        return new RecordedReport(file, Files.readString(file));
    }

    MarkdownTable scores() {
        return table("| method | parameters | seeds |");
    }

    /** The differences from the reference on these tasks. */
    MarkdownTable here() {
        return table("| method | parameters | than the reference");
    }

    /** The differences from the reference over many such tasks. */
    MarkdownTable overMany() {
        return table("| method | parameters | mean difference");
    }

    /** The differences from the compound that is nearest in size. */
    MarkdownTable nearest() {
        return table("| method | parameters | compared with");
    }

    private MarkdownTable table(String beginning) {
        return MarkdownTable.of(text, beginning);
    }

    List<String> methods() {
        return scores().column(0);
    }

    /** The tasks, whose columns are those between the seeds and the mean. */
    List<String> tasks() {
        List<String> header = scores().header();
        return header.subList(3, header.size() - 2).stream()
                .map(cell -> cell.replaceFirst(",.*", ""))
                .toList();
    }

    String parameters(String method) {
        return scores().cell(method, "parameters");
    }

    String score(String method, String task) {
        return scores().cell(method, task);
    }

    /** The mean with its interval, or a dash where a method lacks tasks. */
    String mean(String method) {
        String mean = scores().cell(method, "mean");
        return mean.equals("–")
                ? mean
                : "%s (%s)".formatted(mean, scores().cell(method, "95 % interval"));
    }

    /** The difference from the reference on these tasks. */
    String difference(String method) {
        return asOnPages(here().cell(method, "difference"));
    }

    /** The difference from the reference over many such tasks. */
    String differenceOverMany(String method) {
        return asOnPages(overMany().cell(method, "mean difference"));
    }

    /** The difference from the compound that is nearest in size. */
    String differenceFromNearest(String method) {
        return asOnPages(nearest().cell(method, "difference"));
    }

    /** Writes the minus signs of numbers, but no hyphens of names, as the pages do. */
    static String asOnPages(String cell) {
        return cell.replaceAll("(?<!\\w)-", "−");
    }
}
