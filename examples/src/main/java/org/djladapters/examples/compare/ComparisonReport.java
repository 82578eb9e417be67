/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.Provenance;

/** Writes a comparison as Markdown. */
final class ComparisonReport {

    private static final String PARAMETERS =
            "- **adapter parameters**: trainable parameters without the task's head.";
    private static final String FILE = "- **file**: the adapter's weights on disk, head included.";
    private static final String MEMORY =
            "- **peak memory**: largest resident size of the whole process, including the"
                    + " Java machine and the base model, while the method trained; the"
                    + " smallest of its runs.";

    private ComparisonReport() {}

    /**
     * Writes the table and its explanation.
     *
     * @param run the record of any run
     * @param rounds the number of timed steps
     * @param drawn whether there is a picture
     */
    static String markdown(
            ComparisonResult result, Provenance run, List<Long> seeds, int rounds, boolean drawn) {
        List<String> lines = new ArrayList<>();
        lines.add("# Methods compared on " + run.base().name());
        lines.add("");
        lines.addAll(table(result.table()));
        lines.add("");
        if (result.isSearch()) {
            lines.add(String.join(" ", result.sentences()));
            lines.add("");
        }
        if (drawn) {
            lines.add(
                    "![%s against adapter parameters](%s)"
                            .formatted(result.metricName(), ComparisonFolder.PICTURE));
            lines.add("");
        }
        lines.addAll(result.isSearch() ? searchColumns(seeds) : columns(result, seeds, rounds));
        lines.add("");
        lines.addAll(origin(result, run));
        return String.join("\n", lines) + "\n";
    }

    private static List<String> table(List<List<String>> rows) {
        List<String> lines = new ArrayList<>(rows.stream().map(ComparisonReport::row).toList());
        lines.add(1, "|" + "---|".repeat(rows.get(0).size()));
        return lines;
    }

    private static String row(List<String> cells) {
        return cells.stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static List<String> columns(ComparisonResult result, List<Long> seeds, int rounds) {
        List<String> lines = new ArrayList<>();
        lines.add(
                ("- **%s**: of the best epoch on the development data, by which that epoch was"
                                        + " selected; ")
                                .formatted(result.metricName())
                        + (seeds.size() == 1
                                ? "one seed (%d).".formatted(seeds.get(0))
                                : "mean ± sample standard deviation over the seeds %s."
                                        .formatted(list(seeds))));
        lines.add(PARAMETERS);
        lines.add(FILE);
        lines.add(
                "- **step time**: a training step (forward, backward, update) divided by a step"
                        + " of the frozen base model (forward, and backward to its first layer)"
                        + base(result)
                        + "; median of "
                        + rounds
                        + " rounds in which the methods are interleaved on the same batch.");
        lines.add(MEMORY);
        return lines;
    }

    private static List<String> searchColumns(List<Long> seeds) {
        return List.of(
                "- **method**: query, the adapter changes queries alone; both, passages as well."
                        + " Metrics are of the best epoch on the development data, "
                        + (seeds.size() == 1
                                ? "one seed (%d).".formatted(seeds.get(0))
                                : "the mean over the seeds %s.".formatted(list(seeds))),
                "- **difference**: from the model as it is, on the same questions; the interval is"
                        + " a paired bootstrap over the questions"
                        + (seeds.size() == 1 ? ", and does not cover other seeds." : " and seeds."),
                PARAMETERS,
                FILE,
                "- **training**: the time of a run, with its evaluations; the mean over the seeds.",
                MEMORY,
                "- **new index**: whether the passages of an index are to be embedded again.");
    }

    private static String base(ComparisonResult result) {
        return result.baseStepSeconds().isPresent()
                ? String.format(
                        Locale.ROOT, " of %.1f ms", result.baseStepSeconds().getAsDouble() * 1000)
                : "";
    }

    private static List<String> origin(ComparisonResult result, Provenance run) {
        List<String> lines = new ArrayList<>();
        lines.add("Settings of the methods:");
        lines.add("");
        result.methods()
                .forEach(
                        method ->
                                lines.add(
                                        "- %s: `%s`".formatted(method.method(), method.options())));
        lines.add("");
        lines.add("Common to all runs:");
        lines.add("");
        lines.add("- model: %s (%s)".formatted(run.base().name(), hash(run.base().sha256())));
        run.data()
                .forEach(
                        (role, data) ->
                                lines.add(
                                        "- %s: %s, %,d examples (%s)"
                                                .formatted(
                                                        role,
                                                        data.name(),
                                                        data.rows(),
                                                        hash(data.sha256()))));
        Map<String, String> options = new TreeMap<>(ComparisonFolder.Setup.of(run).options());
        lines.add("- options: " + pairs(options));
        lines.add("- versions: " + pairs(run.versions()));
        return lines;
    }

    private static String hash(String sha256) {
        return "SHA-256 " + sha256.substring(0, 12) + "…";
    }

    private static String pairs(Map<String, String> map) {
        return map.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String list(List<Long> seeds) {
        return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
