/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.djladapters.examples.sweep.Cluster;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.Matmul;
import org.djladapters.rotation.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does the runs that a file declares. */
@Command(
        name = "sweep",
        description = {
            "Does many runs that a file declares as tasks, methods with budgets, and seeds;"
                    + " learning rates are chosen on a held-back part of the training data.",
            "Run again after an interruption it goes on where it was; several processes may share"
                    + " the work of one output folder."
        })
final class SweepCommand implements Callable<Integer> {

    private static final String INTERRUPTED =
            "Interrupted, runs, trials and epochs that were finished are kept; run the same command"
                    + " again to go on from there";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "What is to be done, in JSON.")
    private Path file;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder where the data's paths begin; default: the folder of the file.")
    private Path data;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write to: runs.jsonl with a line for every run.")
    private Path output;

    @Option(
            names = "--retry-failed",
            description = "Does runs again that have failed; otherwise they are left alone.")
    private boolean retryFailed;

    @Option(
            names = "--spark",
            paramLabel = "URL",
            description = {
                "Master of a Spark cluster that does the runs: spark://HOST:PORT, or"
                        + " local-cluster[2,1,1024] for two processes on this machine.",
                "All of its machines must see the files under the same paths."
            })
    private String spark;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        ProgressPrinter progress = new ProgressPrinter(err, Help.Ansi.AUTO.enabled());
        long start = System.nanoTime();
        SweepArguments arguments = arguments();
        try (Interruption interruption = new Interruption(progress, err, INTERRUPTED)) {
            Sweep sweep = arguments.open(interruption);
            int before = sweep.pending().size();
            if (before > 0 && spark != null) {
                runOnCluster(arguments, interruption, sweep);
            } else if (before > 0) {
                try (AdaptedModel opened = arguments.openModel()) {
                    sweep.run(opened);
                }
            }
            ResultLine line =
                    new ResultLine()
                            .count("runs", sweep.runs().size())
                            .count("done_before", sweep.runs().size() - before)
                            .count("failed", sweep.failed())
                            .count("left", sweep.pending().size())
                            .seconds((System.nanoTime() - start) / 1e9)
                            .text("output", output.toString());
            spec.commandLine().getOut().println(line);
            interruption.complete();
            return 0;
        } catch (CancellationException e) {
            return Interruption.STATUS; // the message comes when all is closed
        }
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
                    "%d runs did not end, for the reasons above; run the same command again to do them"
                            .formatted(lost));
        }
    }

    /** The precision would have to be known of every result, which tells its options. */
    private String matmul() {
        Matmul matmul = products.matmul();
        boolean rounds = matmul != null && matmul.precision() != Precision.FLOAT32;
        if (rounds || products.precision() != Precision.FLOAT32) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The runs of a sweep compute in float32, so that its results compare; leave"
                            + " bfloat16 out");
        }
        return matmul == null ? null : matmul.toString();
    }

    /** With whole paths: other processes begin in other folders. */
    private SweepArguments arguments() throws IOException {
        Path declared = file.toAbsolutePath();
        return new SweepArguments(
                declared.toString(),
                (data == null ? declared.getParent() : data.toAbsolutePath()).toString(),
                model.folder().toAbsolutePath().toString(),
                output.toAbsolutePath().toString(),
                retryFailed,
                model.allowsFileAccess(),
                matmul(),
                System.currentTimeMillis());
    }
}
