/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.examples.cluster.Cluster;
import org.djladapters.examples.sweep.SearchedLayout;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepCells;
import org.djladapters.examples.sweep.SweepJob;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does the runs of a sweep file. */
@Command(
        name = "sweep",
        header = {
            "Trains all combinations of tasks, methods and seeds that a file declares.",
            "",
            "  adapters sweep sweep.json --model model --output results",
            "  adapters sweep sweep.json --model model --output results --data data \\",
            "      --retry-failed",
            "  adapters sweep sweep.json --model model --output again \\",
            "      --only-task intent --only-method LoRA --rates results/runs.jsonl",
            ""
        },
        description = {
            "Learning rates and epochs are selected on a held-out part of the training data.",
            "The same command, run again after an interruption, resumes;"
                    + " several processes may share the work of one output folder: each ends when"
                    + " all is done."
        })
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class SweepCommand extends ProgramCommand {

    private static final String INTERRUPTED =
            "Interrupted, finished runs, trials and epochs are kept; run the same command again"
                    + " to resume";

    private static final int SECONDS_BETWEEN = 5;

    @Parameters(paramLabel = "FILE", description = "Sweep definition (JSON).")
    private Path file;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder that paths of data are relative to. Default: the folder of FILE.")
    private Path data;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder to write to: runs.jsonl with one line per run, rates.jsonl with one per"
                            + " trial of a learning rate, and the outputs of the runs for every"
                            + " example.")
    private Path output;

    @OptionGroup.In(OptionGroup.TRAINING)
    @Option(
            names = "--retry-failed",
            description =
                    "Repeat runs that have failed. Without this option they are left as"
                            + " they are.")
    private boolean retryFailed;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--keep-adapters",
            description =
                    "Keep what is trained in the output folder. Only then can --test be given"
                            + " later. Default: adapters are deleted.")
    private boolean keepAdapters;

    @Option(
            names = "--test",
            description =
                    "Also evaluate every run on the test data of its task, once. Without this"
                            + " option they are not opened.")
    private boolean test;

    @OptionGroup.In(OptionGroup.COMPUTATION)
    @Option(
            names = "--spark",
            paramLabel = "URL",
            description =
                    "Master of a Spark cluster that executes the runs:"
                            + " spark://HOST:PORT, or local-cluster[2,1,1024] for two processes"
                            + " on this machine. All its machines must see the files under the"
                            + " same paths.")
    private String spark;

    @OptionGroup.In(OptionGroup.TRAINING)
    @Option(
            names = "--only-task",
            paramLabel = "NAME",
            description =
                    "Work on this task of FILE. May be repeated. Trials on other tasks are still"
                            + " made where one rate is chosen for all. Default: all tasks.")
    private List<String> tasks = List.of();

    @Option(
            names = "--only-method",
            paramLabel = "NAME",
            description = "Work on this method of FILE. May be repeated. Default: all methods.")
    private List<String> methods = List.of();

    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description =
                    "Runs that were recorded before, the runs.jsonl of the same sweep: their rates"
                            + " are used, and no trials are made, to repeat what someone recorded,"
                            + " also in another --precision. Default: none.")
    private Path rates;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        Progress progress = shown.progress();
        SweepArguments arguments = arguments();
        return Interruption.watch(progress, err(), INTERRUPTED, watch -> run(arguments, watch));
    }

    private void run(SweepArguments arguments, Interruption watch)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Sweep sweep = arguments.open(watch);
        int before = sweep.pending().size();
        int doneBefore = sweep.jobs().size() - before;
        if (before > 0 && spark != null) {
            runOnCluster(arguments, watch, sweep);
        } else if (before > 0) {
            try (AdaptedModel opened = arguments.openModel()) {
                ProductOptions.warnIfSlow(opened, watch);
                runAll(sweep, opened, watch);
            }
        }
        note(sweep.layouts(), watch);
        out().println(line(sweep, doneBefore, start));
    }

    /** Does what is left, and what other processes leave when they end. */
    private static void runAll(Sweep sweep, AdaptedModel model, Interruption watch)
            throws IOException, InterruptedException {
        int left = sweep.run(model);
        if (left > 0) {
            watch.onNote(
                    "other processes do the rest of this folder; waits for them, and does what"
                            + " they leave");
        }
        while (left > 0) {
            watch.sleep(SECONDS_BETWEEN);
            left = sweep.run(model);
        }
    }

    private static void note(List<SearchedLayout> layouts, ProgressListener listener) {
        if (!layouts.isEmpty()) {
            listener.onNote(
                    "%d layouts were searched, on held-out training data only; the best first:"
                            .formatted(layouts.size()));
            layouts.forEach(layout -> listener.onNote(layout.toString()));
        }
    }

    private ResultLine line(Sweep sweep, int doneBefore, long start) throws IOException {
        List<SweepJob> jobs = sweep.jobs();
        long trials = jobs.stream().filter(SweepJob::isTrial).count();
        int left = sweep.pending().size();
        ResultLine line =
                new ResultLine()
                        .count("runs", jobs.size() - trials)
                        .count("trials", trials)
                        .count("done_before", doneBefore)
                        .count("failed", sweep.failed())
                        .count("left", left)
                        .count("rates_at_edge", sweep.ratesAtEdge());
        List<SearchedLayout> layouts = sweep.layouts();
        if (!layouts.isEmpty()) {
            line.count("layouts", layouts.size())
                    .text("best_layout", layouts.get(0).method())
                    .number("best_held_out", layouts.get(0).value());
        }
        return line.seconds((System.nanoTime() - start) / 1e9).text("output", output.toString());
    }

    private void runOnCluster(SweepArguments arguments, Interruption interruption, Sweep sweep)
            throws IOException {
        int lost;
        try (Cluster cluster = Cluster.connect(spark, "sweep " + file.getFileName())) {
            lost = new ClusterSweep(arguments, interruption, sweep, cluster).run();
        }
        interruption.leaveIfAsked();
        if (lost > 0) {
            throw new IllegalStateException(
                    ("%d trials and runs did not finish, for the reasons above; run the same"
                                    + " command again to do them")
                            .formatted(lost));
        }
    }

    /** Returns the arguments with absolute paths, since other processes may have other folders. */
    private SweepArguments arguments() throws IOException {
        Path declared = file.toAbsolutePath();
        Matmul matmul = products.matmul();
        return new SweepArguments(
                declared.toString(),
                (data == null ? declared.getParent() : data.toAbsolutePath()).toString(),
                model.folder().toAbsolutePath().toString(),
                output.toAbsolutePath().toString(),
                retryFailed,
                test,
                keepAdapters,
                model.allowsFileAccess(),
                products.ofAllRuns().map(Precision::toString).orElse(null),
                matmul == null ? null : matmul.toString(),
                new SweepCells(tasks, methods),
                rates == null ? null : rates.toAbsolutePath().toString(),
                System.currentTimeMillis());
    }
}
