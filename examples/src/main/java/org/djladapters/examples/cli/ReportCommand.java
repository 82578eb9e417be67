/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.djladapters.examples.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what sweeps found. */
@Command(
        name = "report",
        description = {
            "Writes what the results of sweeps say: report.md with pictures beside it, and"
                    + " report.html, one page with the pictures in it.",
            "What is missing or failed is said; the last result of a run counts."
        })
final class ReportCommand implements Callable<Integer> {

    private static final String BUILT_IN = "builtin";

    @Spec private CommandSpec spec;

    @Option(
            names = "--input",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "Results of sweeps: runs.jsonl.")
    private List<Path> input;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write to.")
    private Path output;

    @Option(
            names = "--reference",
            paramLabel = "METHOD",
            description =
                    "The method of whose quality percentages are formed; default:"
                            + " ${DEFAULT-VALUE}.")
    private String reference = "lora-r8";

    @Option(
            names = "--full",
            paramLabel = "METHOD",
            description = "The method that is full fine-tuning; default: ${DEFAULT-VALUE}.")
    private String full = "full";

    @Option(
            names = "--baseline",
            paramLabel = "SUITE=METHOD",
            description =
                    "Shows the methods of a suite as differences from this one; of suites with"
                            + " 'ablation' in their name the first method by default.")
    private Map<String, String> baselines = Map.of();

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description = "Lines that bench printed, for the table of costs.")
    private Path costs;

    @Option(
            names = "--published",
            paramLabel = "FILE",
            description =
                    "Published figures and claims; default: "
                            + BUILT_IN
                            + ", those that come with this program.")
    private String published = BUILT_IN;

    @Override
    public Integer call() throws IOException {
        Report.Builder report =
                Report.builder()
                        .setResults(input)
                        .setOutput(output)
                        .optReference(reference)
                        .optFull(full)
                        .optCosts(costs)
                        .optBaselines(baselines);
        if (!published.equals(BUILT_IN)) {
            report.optPublished(Path.of(published));
        }
        report.build().write().forEach(spec.commandLine().getOut()::println);
        return 0;
    }
}
