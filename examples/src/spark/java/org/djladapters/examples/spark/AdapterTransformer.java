/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.djladapters.matmul.Precision;

/**
 * Predicts from the texts of a table with one base model, each row with the adapter that it names:
 * a stage of a Spark ML pipeline.
 *
 * <pre>{@code
 * Dataset<Row> vectors =
 *         new AdapterTransformer()
 *                 .setModel("/models/minilm")
 *                 .setAdapters("/models/customers")
 *                 .setInputCol("text")
 *                 .setAdapterCol("customer")
 *                 .setOutputCol("vector")
 *                 .transform(table);
 * }</pre>
 *
 * <p>The table keeps its rows and columns. What is added depends on the task:
 *
 * <table>
 * <caption>Columns</caption>
 * <tr><th>task</th><th>output column</th><th>probability column</th></tr>
 * <tr><td>{@code embedding}</td><td>vector of Spark ML</td><td>none</td></tr>
 * <tr><td>{@code classification}</td><td>string, the likeliest class</td><td>double</td></tr>
 * <tr><td>{@code multi-label-classification}</td><td>array of strings, the classes that the text
 *     has</td><td>array of doubles</td></tr>
 * <tr><td>{@code token-classification}</td><td>array of entities: {@code entity}, {@code text},
 *     {@code score}, {@code start}, {@code end}</td><td>none</td></tr>
 * <tr><td>{@code regression}</td><td>double</td><td>none</td></tr>
 * <tr><td>{@code reranking}</td><td>double, the score of a pair</td><td>none</td></tr>
 * </table>
 *
 * <p>Every process opens the base model once, and loads an adapter when a row names it for the
 * first time. A row whose text is null or blank has null predictions. An adapter that is missing,
 * damaged or for another task ends the job with a sentence that names it, unless there is an error
 * column. A task uses the files of an adapter as it found them; tasks that start after a change use
 * the new ones.
 */
public final class AdapterTransformer extends Transformer implements DefaultParamsWritable {

    @Serial private static final long serialVersionUID = 1L;

    /** A location that is no path: {@code hf://…}, for example. */
    private static final Pattern URL = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

    private final String uid;
    private final Param<String> model;
    private final Param<String> adapters;
    private final Param<String> task;
    private final Param<String> inputCol;
    private final Param<String> pairCol;
    private final Param<String> adapterCol;
    private final Param<String> outputCol;
    private final Param<String> probabilityCol;
    private final Param<String> errorCol;
    private final Param<String> prompt;
    private final Param<String> precision;
    private final IntParam batchSize;
    private final IntParam maxAdapters;

    /** Creates a stage for embeddings with the base model alone. */
    public AdapterTransformer() {
        this(Identifiable$.MODULE$.randomUID("adapters"));
    }

    /**
     * Creates a stage with an identity, as Spark does when it loads one.
     *
     * @param uid the identity
     */
    public AdapterTransformer(String uid) {
        this.uid = uid;
        model = text("model", "location of the base model, the same on every machine");
        adapters = text("adapters", "folder of the adapters, the same on every machine");
        task = text("task", "what is predicted: " + RowTask.words());
        inputCol = text("inputCol", "column of the texts, or of the first texts of pairs");
        pairCol = text("pairCol", "column of the second texts of pairs");
        adapterCol = text("adapterCol", "column of the adapters' names; null or empty is the base");
        outputCol = text("outputCol", "column to add for predictions");
        probabilityCol = text("probabilityCol", "column to add for probabilities of classes");
        errorCol = text("errorCol", "column to add for what is wrong with a row");
        prompt = text("prompt", "prompt of embedded texts: query, passage, another name or a text");
        precision = text("precision", "type in which the model computes: float32, bfloat16, auto");
        batchSize =
                new IntParam(
                        this,
                        "batchSize",
                        "how many rows are gathered at a time",
                        ParamValidators.gtEq(1));
        maxAdapters =
                new IntParam(
                        this,
                        "maxAdapters",
                        "how many adapters a process keeps in memory",
                        ParamValidators.gtEq(1));
        setDefault(task, RowTask.EMBEDDING.word());
        setDefault(outputCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(precision, Precision.FLOAT32.toString());
        setDefault(batchSize, 1024);
        setDefault(maxAdapters, 128);
    }

    private Param<String> text(String name, String description) {
        return new Param<>(this, name, description);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** Returns the parameter of the base model. */
    public Param<String> model() {
        return model;
    }

    /** Returns the parameter of the folder of adapters. */
    public Param<String> adapters() {
        return adapters;
    }

    /** Returns the parameter of the task. */
    public Param<String> task() {
        return task;
    }

    /** Returns the parameter of the column of texts. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** Returns the parameter of the column of second texts. */
    public Param<String> pairCol() {
        return pairCol;
    }

    /** Returns the parameter of the column of adapters. */
    public Param<String> adapterCol() {
        return adapterCol;
    }

    /** Returns the parameter of the column of predictions. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Returns the parameter of the column of probabilities. */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** Returns the parameter of the column of errors. */
    public Param<String> errorCol() {
        return errorCol;
    }

    /** Returns the parameter of the prompt. */
    public Param<String> prompt() {
        return prompt;
    }

    /** Returns the parameter of the type in which the model computes. */
    public Param<String> precision() {
        return precision;
    }

    /** Returns the parameter of the number of rows that are gathered. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** Returns the parameter of the number of adapters in memory. */
    public IntParam maxAdapters() {
        return maxAdapters;
    }

    /**
     * Sets the base model (required).
     *
     * @param location a folder that every machine has under the same path, or {@code hf://…} and
     *     other locations that every machine reaches
     * @return this stage
     */
    public AdapterTransformer setModel(String location) {
        return with(model, location);
    }

    /**
     * Sets the folder of the adapters (required if rows name adapters).
     *
     * @param folder a folder that every machine has under the same path; each of its folders is an
     *     adapter, whose name is that of the folder
     * @return this stage
     */
    public AdapterTransformer setAdapters(String folder) {
        return with(adapters, folder);
    }

    /**
     * Sets the task (default {@code embedding}).
     *
     * @param word a task of the table above
     * @return this stage
     * @throws IllegalArgumentException if there is no such task
     */
    public AdapterTransformer setTask(String word) {
        return with(task, RowTask.of(word).word());
    }

    /**
     * Sets the column of the texts, or of the first texts of pairs, such as queries (required).
     *
     * @param name a column of strings
     * @return this stage
     */
    public AdapterTransformer setInputCol(String name) {
        return with(inputCol, name);
    }

    /**
     * Sets the column of the second texts of pairs, such as passages (default: inputs are single
     * texts). Reranking needs it; classes and numbers may have it.
     *
     * @param name a column of strings
     * @return this stage
     */
    public AdapterTransformer setPairCol(String name) {
        return with(pairCol, name);
    }

    /**
     * Sets the column of the adapters' names (default: all rows have the base model).
     *
     * @param name a column of strings; null and the empty string stand for the base model
     * @return this stage
     */
    public AdapterTransformer setAdapterCol(String name) {
        return with(adapterCol, name);
    }

    /**
     * Sets the column of predictions (default {@code prediction}).
     *
     * @param name a name that no column has
     * @return this stage
     */
    public AdapterTransformer setOutputCol(String name) {
        return with(outputCol, name);
    }

    /**
     * Sets the column of the probabilities of classes (default {@code probability}).
     *
     * @param name a name that no column has
     * @return this stage
     */
    public AdapterTransformer setProbabilityCol(String name) {
        return with(probabilityCol, name);
    }

    /**
     * Sets a column for what is wrong with a row (default: the first such row ends the job). Its
     * predictions are null then; the column is null in all other rows.
     *
     * @param name a name that no column has
     * @return this stage
     */
    public AdapterTransformer setErrorCol(String name) {
        return with(errorCol, name);
    }

    /**
     * Sets what stands before every text that is embedded (default: what the model's files say of
     * texts that are neither queries nor passages).
     *
     * @param nameOrText {@code query}, {@code passage}, another name of a prompt of the model, or
     *     else the prompt itself. An adapter for queries alone needs one of the first two; with it
     *     passages have the vectors of the base model
     * @return this stage
     */
    public AdapterTransformer setPrompt(String nameOrText) {
        return with(prompt, nameOrText);
    }

    /**
     * Sets the type in which the model computes (default {@code float32}).
     *
     * @param name {@code float32}, {@code bfloat16} or {@code auto}
     * @return this stage
     */
    public AdapterTransformer setPrecision(String name) {
        return with(precision, Precision.of(name).toString());
    }

    /**
     * Sets how many rows of a partition are gathered at a time (default 1024). Those of one adapter
     * among them go through the model in batches of about equal lengths.
     *
     * @param rows at least 1; many adapters in turn need many rows to fill batches
     * @return this stage
     */
    public AdapterTransformer setBatchSize(int rows) {
        set(batchSize, rows);
        return this;
    }

    /**
     * Sets how many adapters a process keeps in memory (default 128). Before one more is loaded,
     * those that were not used for the longest time are unloaded.
     *
     * @param count at least 1
     * @return this stage
     */
    public AdapterTransformer setMaxAdapters(int count) {
        set(maxAdapters, count);
        return this;
    }

    private AdapterTransformer with(Param<String> param, String value) {
        set(param, value);
        return this;
    }

    /**
     * Adds the columns of predictions. As all of Spark's work, predicting starts when the result is
     * needed.
     *
     * @param table has the columns that are named
     * @return the table with more columns
     * @throws IllegalArgumentException as {@link #transformSchema}
     */
    @Override
    public Dataset<Row> transform(Dataset<?> table) {
        StructType schema = transformSchema(table.schema());
        RowPrediction work = work(table.schema());
        MapPartitionsFunction<Row, Row> predict = rows -> new PredictedRows(work, rows);
        return table.toDF().mapPartitions(predict, Encoders.row(schema));
    }

    /**
     * Returns the columns of the result.
     *
     * @param schema the columns of a table
     * @return these and those of predictions
     * @throws IllegalArgumentException if a parameter is missing, there is no column of a name, it
     *     is of another type, or one is to be added that is there
     */
    @Override
    public StructType transformSchema(StructType schema) {
        require(model);
        require(inputCol);
        RowTask predicted = RowTask.of(value(task));
        requireTexts(schema, inputCol);
        if (isDefined(pairCol)) {
            requireTexts(schema, pairCol);
        }
        requireInputs(predicted);
        if (isDefined(adapterCol)) {
            require(adapters);
            requireTexts(schema, adapterCol);
        }
        StructType result = schema;
        for (StructField column : predicted.columns(value(outputCol), value(probabilityCol))) {
            result = added(result, column);
        }
        return isDefined(errorCol)
                ? added(
                        result,
                        DataTypes.createStructField(value(errorCol), DataTypes.StringType, true))
                : result;
    }

    private void require(Param<String> param) {
        if (!isDefined(param)) {
            throw new IllegalArgumentException(
                    "The parameter %s is missing, the %s; set it"
                            .formatted(param.name(), param.doc()));
        }
    }

    private void requireTexts(StructType schema, Param<String> param) {
        String column = value(param);
        if (!List.of(schema.fieldNames()).contains(column)) {
            throw new IllegalArgumentException(
                    "The table has no column '%s' (%s); its columns are: %s"
                            .formatted(
                                    column, param.name(), String.join(", ", schema.fieldNames())));
        }
        DataType type = schema.apply(column).dataType();
        if (!DataTypes.StringType.equals(type)) {
            throw new IllegalArgumentException(
                    "The column '%s' (%s) is of type %s; it must be of type string"
                            .formatted(column, param.name(), type.simpleString()));
        }
    }

    private void requireInputs(RowTask predicted) {
        boolean pairs = isDefined(pairCol);
        if (!predicted.takes(pairs)) {
            throw new IllegalArgumentException(
                    pairs
                            ? "The task %s takes single texts; leave pairCol out"
                                    .formatted(predicted.word())
                            : "The task %s takes pairs of texts; set pairCol"
                                    .formatted(predicted.word()));
        }
    }

    private static StructType added(StructType schema, StructField column) {
        if (List.of(schema.fieldNames()).contains(column.name())) {
            throw new IllegalArgumentException(
                    "The table has a column '%s' already; choose another name for the new one"
                            .formatted(column.name()));
        }
        return schema.add(column);
    }

    private RowPrediction work(StructType schema) {
        return new RowPrediction(
                located(value(model)),
                value(precision),
                isDefined(adapters) ? located(value(adapters)) : null,
                (Integer) getOrDefault(maxAdapters),
                new RowPrediction.Use(
                        RowTask.of(value(task)), isDefined(pairCol), valueOrNull(prompt)),
                (Integer) getOrDefault(batchSize),
                index(schema, inputCol),
                index(schema, pairCol),
                index(schema, adapterCol),
                isDefined(errorCol));
    }

    /** Processes may run in other folders than this one. */
    private static String located(String location) {
        return URL.matcher(location).matches()
                ? location
                : Path.of(location).toAbsolutePath().toString();
    }

    private int index(StructType schema, Param<String> param) {
        return isDefined(param) ? schema.fieldIndex(value(param)) : -1;
    }

    private String value(Param<String> param) {
        return getOrDefault(param);
    }

    private String valueOrNull(Param<String> param) {
        return isDefined(param) ? value(param) : null;
    }

    @Override
    public AdapterTransformer copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /**
     * Returns what reads a saved stage; Spark calls it when a pipeline is loaded.
     *
     * @return the reader
     */
    public static MLReader<AdapterTransformer> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * Reads a saved stage.
     *
     * @param path where {@code save} has written it
     * @return the stage, with all its parameters
     */
    public static AdapterTransformer load(String path) {
        return read().load(path);
    }
}
