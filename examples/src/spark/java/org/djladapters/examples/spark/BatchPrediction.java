/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.djladapters.examples.cli.ErrorLine;
import org.djladapters.surgery.ModelDirectory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        BatchPrediction program = new BatchPrediction();
        System.exit(
                new CommandLine(program)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) ->
                                        program.explain(failure, command.getErr()))
                        .execute(args));
    }

    private int explain(Exception failure, PrintWriter err) {
        err.println(ErrorLine.of(SparkFailures.reason(failure)));
        if (verbose) {
            failure.printStackTrace(err);
        }
        return 1;
    }

    @Override
    public Integer call() throws IOException {
        requireClassifier();
        SparkConf settings = new SparkConf().setMaster(spark).setAppName("Batch prediction");
        try (JavaSparkContext context = SparkContexts.open(settings)) {
            predict(context);
        }
        System.out.println(output);
        return 0;
    }

    private void predict(JavaSparkContext context) {
        int parts = partitions == null ? context.defaultMinPartitions() : partitions;
        JavaRDD<String> lines = context.textFile(input, parts);
        TextColumn texts =
                column == null ? TextColumn.WHOLE_LINE : TextColumn.named(lines.first(), column);
        String folder = model.toAbsolutePath().toString();
        lines.filter(texts::isRow)
                .mapPartitions(rows -> new Predictions(folder, texts, rows))
                .saveAsTextFile(output);
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
