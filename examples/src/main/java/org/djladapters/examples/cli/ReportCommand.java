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
        header = {
            "Writes a report of the results of sweeps.",
            "",
            "  adapters report --input results/runs.jsonl --output report",
            "  adapters report --input a/runs.jsonl,b/runs.jsonl --output report \\",
            "      --costs bench.jsonl",
            ""
        },
        description = {
            "The folder gets report.md with its pictures, and report.html, one"
                    + " page that contains them.",
            "The report says what is missing or has failed; of several results"
                    + " of a run the last one counts."
        })
final class ReportCommand implements Callable<Integer> {

    private static final String BUILT_IN = "builtin";

    @Spec private CommandSpec spec;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--input",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "Results of sweeps: runs.jsonl.")
    private List<Path> input;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write to.")
    private Path output;

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--reference",
            paramLabel = "METHOD",
            description = "Method whose quality is 100 percent. Default: ${DEFAULT-VALUE}.")
    private String reference = "lora-r8";

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--full",
            paramLabel = "METHOD",
            description = "Method that stands for full fine-tuning. Default: ${DEFAULT-VALUE}.")
    private String full = "full";

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--baseline",
            paramLabel = "SUITE=METHOD",
            description =
                    "Show the methods of a suite as differences from this method."
                            + " Default: in suites with 'ablation' in their name the first"
                            + " method.")
    private Map<String, String> baselines = Map.of();

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description = "File with lines that bench printed, for the table of costs.")
    private Path costs;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--published",
            paramLabel = "FILE",
            description =
                    "File with published figures and claims. Default: builtin, those"
                            + " that come with this program.")
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
