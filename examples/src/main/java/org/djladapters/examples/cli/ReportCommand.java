/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.examples.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a report of the results of sweeps. */
@Command(
        name = "report",
        header = {
            "Writes a report of the results of sweeps.",
            "",
            "  adapters report --input results/runs.jsonl --output report",
            "  adapters report --input a/runs.jsonl,b/runs.jsonl --sweep a.json,b.json \\",
            "      --output report",
            ""
        },
        description = {
            "The folder gets report.md with its pictures, and report.html, one"
                    + " page that contains them.",
            "Methods are compared by pairs of seeds and examples. A difference is"
                    + " called better or worse if its 95 percent interval does not"
                    + " contain 0, else undecided; with one seed it always is.",
            "The report says what is missing or has failed; of several results"
                    + " of a run the last one counts."
        })
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ReportCommand extends ProgramCommand {

    @Option(
            names = "--input",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description =
                    "Results of at most four sweeps: runs.jsonl, with their outputs and"
                            + " rates.jsonl beside them.")
    private List<Path> input;

    @Option(
            names = "--sweep",
            split = ",",
            paramLabel = "FILE",
            description =
                    "Sweep files, to list planned runs that are missing, and for the order of tasks"
                        + " and methods. Default: every method on all tasks with all of its seeds"
                        + " is planned; the order is that of names.")
    private List<Path> sweeps = List.of();

    @Option(
            names = "--search",
            split = ",",
            paramLabel = "FILE",
            description =
                    "Trials of layout searches, rates.jsonl, to report how many layouts were"
                            + " searched. Default: only those beside the results.")
    private List<Path> searches = List.of();

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
            paramLabel = "NAME",
            description =
                    "Method whose score and gain are 100 percent. Default: 'LoRA, rank 8' in"
                            + " suites that have it.")
    private String reference;

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--head",
            paramLabel = "NAME",
            description =
                    "Method over which gains are counted. Default: the first that trains the"
                            + " head alone.")
    private String head;

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--all-tasks",
            description =
                    "Average all tasks. Without this option a task is shown, but not averaged, on"
                            + " which the reference gains less than five standard errors over the"
                            + " head alone.")
    private boolean allTasks;

    @Override
    public Integer call() throws IOException {
        Report.builder()
                .setResults(input)
                .setOutput(output)
                .optSearches(searches)
                .optPlans(sweeps)
                .optReference(reference)
                .optHead(head)
                .optAllTasks(allTasks)
                .build()
                .write()
                .forEach(out()::println);
        return 0;
    }
}
