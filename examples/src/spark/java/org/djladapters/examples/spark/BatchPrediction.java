/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.djladapters.examples.cli.ErrorLine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Predicts from the texts of a Parquet table on a Spark cluster, each row with the adapter that it
 * names: {@link AdapterTransformer} between a file and a file.
 */
@Command(
        name = "BatchPrediction",
        description = {
            "Predicts from the texts of a Parquet table on a Spark cluster, each row with the"
                    + " adapter that it names.",
            "The output is the table with the predictions as more columns; vectors are arrays of"
                    + " float. With --adapter-column, rows of an adapter follow one another."
        },
        mixinStandardHelpOptions = true,
        requiredOptionMarker = '*',
        sortOptions = false)
public final class BatchPrediction implements Callable<Integer> {

    /** So many parts for each core even out what takes longer. */
    private static final int PARTS_OF_A_CORE = 4;

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
            description = "Base model, or a model folder that 'merge' has written.")
    private String model;

    @Option(
            names = "--adapters",
            paramLabel = "DIR",
            description =
                    "Folder whose folders are adapters, which --adapter-column names. Default:"
                            + " none.")
    private String adapters;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            defaultValue = "embedding",
            description =
                    "embedding, classification, multi-label-classification, token-classification,"
                            + " regression or reranking. Default: embedding.")
    private String task;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "PATH",
            description = "Parquet file, or a folder of such files.")
    private String input;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            defaultValue = "text",
            description = "Column of the texts, or of queries. Default: text.")
    private String textColumn;

    @Option(
            names = "--pair-column",
            paramLabel = "NAME",
            description = "Column of the second texts of pairs, or of passages. Default: none.")
    private String pairColumn;

    @Option(
            names = "--adapter-column",
            paramLabel = "NAME",
            description =
                    "Column of the adapters' names; null or empty is the base model. Default:"
                            + " none.")
    private String adapterColumn;

    @Option(
            names = "--error-column",
            paramLabel = "NAME",
            description =
                    "Column to add for what is wrong with a row. Default: none, the first such row"
                            + " ends the work.")
    private String errorColumn;

    @Option(
            names = "--prompt",
            paramLabel = "NAME|TEXT",
            description =
                    "Prompt of embedded texts: query, passage, another name or a text. Default: the"
                            + " model's.")
    private String prompt;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description =
                    "Type in which the model computes: float32, bfloat16, or auto for what each"
                            + " machine does best. Default: float32.")
    private String precision;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write, with a Parquet file for every part; must not exist.")
    private String output;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description =
                    "In how many parts the work is divided. Default: as the input is, at least 4"
                            + " for each core.")
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
        err.println(ErrorLine.of(SparkFailures.reason(failure)));
        if (verbose) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() throws IOException {
        AdapterTransformer predictions = predictions();
        SparkConf settings = new SparkConf().setMaster(spark).setAppName("Batch prediction");
        try (JavaSparkContext context = SparkContexts.open(settings);
                SparkSession session = SparkSession.builder().getOrCreate()) {
            Dataset<Row> table = session.read().parquet(input);
            predictions.transformSchema(table.schema()); // before the table is divided by columns
            write(predictions.transform(divided(table, context.defaultParallelism())), context);
        }
        spec.commandLine().getOut().println(output);
        return CommandLine.ExitCode.OK;
    }

    private AdapterTransformer predictions() {
        AdapterTransformer stage =
                new AdapterTransformer()
                        .setModel(model)
                        .setTask(task)
                        .setInputCol(textColumn)
                        .setPrecision(precision);
        if (adapters != null) {
            stage.setAdapters(adapters);
        }
        if (adapterColumn != null) {
            stage.setAdapterCol(adapterColumn);
        }
        if (pairColumn != null) {
            stage.setPairCol(pairColumn);
        }
        if (errorColumn != null) {
            stage.setErrorCol(errorColumn);
        }
        return prompt == null ? stage : stage.setPrompt(prompt);
    }

    /**
     * Divides a table for all cores: a Parquet file of 128 MB is a single part. Rows of an adapter
     * come one after the other, in as few parts as possible: where all adapters alternate, a
     * process that can't keep all of them loads each again and again.
     */
    private Dataset<Row> divided(Dataset<Row> table, int cores) {
        int given = table.javaRDD().getNumPartitions();
        int parts = partitions == null ? Math.max(given, cores * PARTS_OF_A_CORE) : partitions;
        if (adapterColumn == null) {
            return parts == given ? table : table.repartition(parts);
        }
        Column adapter = column(adapterColumn);
        // A hash of the text divides the rows of an adapter that has more than others.
        Column[] order = {adapter, xxhash64(column(textColumn))};
        return table.repartitionByRange(parts, order).sortWithinPartitions(adapter);
    }

    private void write(Dataset<Row> predicted, JavaSparkContext context) throws IOException {
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(output);
        FileSystem files = target.getFileSystem(context.hadoopConfiguration());
        if (files.exists(target)) {
            throw new IOException(
                    "'%s' is there already; remove it first or choose another --output"
                            .formatted(output));
        }
        try {
            readable(predicted).write().parquet(output);
        } catch (Exception e) { // SparkException is checked, but Scala does not declare it
            files.delete(target, true);
            throw e;
        }
    }

    /** Turns vectors of Spark ML into arrays, which all readers of Parquet know. */
    private static Dataset<Row> readable(Dataset<Row> table) {
        Dataset<Row> result = table;
        for (String name : table.columns()) {
            if (table.schema().apply(name).dataType().equals(SQLDataTypes.VectorType())) {
                result =
                        result.withColumn(name, functions.vector_to_array(column(name), "float32"));
            }
        }
        return result;
    }

    /** Returns a column whose name may have dots. */
    private static Column column(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }
}
