/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapred.InvalidInputException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.djladapters.examples.cli.ErrorLine;
import org.djladapters.hub.ModelDirectory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Predicts the labels of many texts on a Spark cluster, with a model that an adapter was merged
 * into. On the cluster that is a model of plain DJL: each Java machine opens it once, and its tasks
 * take the partitions of the input in batches.
 */
@Command(
        name = "BatchPrediction",
        description = {
            "Predicts the labels of many texts on a Spark cluster with a merged model.",
            "Every line of the output is a line of the input with two more columns: the label and"
                    + " its probability."
        },
        mixinStandardHelpOptions = true,
        requiredOptionMarker = '*',
        sortOptions = false)
public final class BatchPrediction implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--spark",
            required = true,
            paramLabel = "URL",
            description = "Spark's master: spark://HOST:PORT, or local[2] for two threads.")
    private String spark;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "Model folder that 'merge' has written.")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "Text file with a text on every line.")
    private String input;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description =
                    "Column of the texts, if the input is tab-separated and its first line names"
                            + " the columns.")
    private String column;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write, with a file for every partition; must not exist yet.")
    private String output;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "In how many parts the input is read, at least; default: Spark's.")
    private Integer partitions;

    @Option(names = "--verbose", description = "Shows the stack trace of a failure.")
    private boolean verbose;

    private BatchPrediction() {}

    /**
     * Runs the program and ends the Java machine with its exit status.
     *
     * @param args the options
     */
    public static void main(String[] args) {
        // Numbers look the same everywhere.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(run(out, err, args));
    }

    /**
     * Runs the program.
     *
     * @param out where the name of the output goes
     * @param err where failures go
     * @param args the options
     * @return 0 if it succeeded, 1 if it failed, 2 if its options are not understood
     */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        BatchPrediction program = new BatchPrediction();
        return new CommandLine(program)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> program.explain(failure, err))
                .execute(args);
    }

    private int explain(Exception failure, PrintWriter err) {
        Throwable reason = SparkFailures.reason(failure);
        String advice = reason instanceof InvalidInputException ? "; check --input" : "";
        err.println(ErrorLine.of(reason) + advice);
        if (verbose) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() throws IOException {
        requireClassifier();
        SparkConf settings = new SparkConf().setMaster(spark).setAppName("Batch prediction");
        try (JavaSparkContext context = SparkContexts.open(settings)) {
            predict(context);
        }
        spec.commandLine().getOut().println(output);
        return CommandLine.ExitCode.OK;
    }

    private void predict(JavaSparkContext context) throws IOException {
        int parts = partitions == null ? context.defaultMinPartitions() : partitions;
        JavaRDD<String> lines = context.textFile(input, parts);
        TextColumn texts = column == null ? TextColumn.WHOLE_LINE : column(lines);
        String folder = model.toAbsolutePath().toString();
        write(
                lines.filter(texts::isRow)
                        .mapPartitions(rows -> new Predictions(folder, texts, rows)),
                context);
    }

    private void write(JavaRDD<String> predictions, JavaSparkContext context) throws IOException {
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(output);
        FileSystem files = target.getFileSystem(context.hadoopConfiguration());
        if (files.exists(target)) {
            throw new IOException(
                    "'%s' is there already; remove it first or choose another --output"
                            .formatted(output));
        }
        try {
            predictions.saveAsTextFile(output);
        } catch (Exception e) { // SparkException is checked, but Scala does not declare it
            files.delete(target, true);
            throw e;
        }
    }

    private TextColumn column(JavaRDD<String> lines) {
        List<String> first = lines.take(1);
        if (first.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is empty; its first line must name the columns".formatted(input));
        }
        return TextColumn.named(first.get(0), column);
    }

    /** DJL would take a number that a model predicts for the likelihood of a class. */
    private void requireClassifier() throws IOException {
        if (ModelDirectory.open(model).labels().size() < 2) {
            throw new IllegalArgumentException(
                    "'%s' is no classifier: its config.json names no classes; give a folder that 'merge' has written with an adapter for classes"
                            .formatted(model));
        }
    }
}
