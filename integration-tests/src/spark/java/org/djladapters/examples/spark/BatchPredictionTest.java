/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPredictionTest {

    private static final int ROWS = 40;

    /** Float32, with other rows beside it and another placement of the adapter. */
    private static final double ROUNDING = 2e-5;

    @TempDir private static Path data;

    private static Path adapters;
    private static Path input;

    @TempDir private Path folder;

    @BeforeAll
    static void writeTable() throws IOException {
        SparkHome.make();
        adapters = data.resolve("adapters");
        TinyAdapters.write(adapters);
        input = data.resolve("texts.parquet");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(RowFactory.create(i, "clean on day " + i, TinyAdapters.EMBEDDINGS.get(i % 3)));
        }
        StructType columns =
                new StructType()
                        .add("id", DataTypes.IntegerType)
                        .add("text", DataTypes.StringType)
                        .add("customer", DataTypes.StringType);
        try (SparkSession session = session()) {
            session.createDataFrame(rows, columns).write().parquet(input.toString());
        }
    }

    private static SparkSession session() {
        return SparkSession.builder().master("local[1]").getOrCreate();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", SparkHome.TWO_PROCESSES})
    void writesTheTableWithVectorsOfEveryRowsAdapter(String url) throws Exception {
        assertThat(predict(url, input, "--adapter-column", "customer", "--partitions", "4"))
                .isEmpty();

        List<Row> rows = output();
        assertThat(rows).hasSize(ROWS);
        for (int adapter = 0; adapter < TinyAdapters.EMBEDDINGS.size(); adapter++) {
            String name = TinyAdapters.EMBEDDINGS.get(adapter);
            try (TaskModel<String, float[]> model =
                    TaskModel.open(
                            TinyAdapters.MODEL,
                            adapters.resolve(name),
                            String.class,
                            float[].class)) {
                for (int i = adapter; i < ROWS; i += TinyAdapters.EMBEDDINGS.size()) {
                    assertThat(rows.get(i).getString(2)).isEqualTo(name);
                    float[] expected = model.predict(rows.get(i).getString(1));
                    List<Float> actual = rows.get(i).getList(3);
                    assertThat(actual).hasSize(expected.length);
                    for (int j = 0; j < expected.length; j++) {
                        assertThat((double) actual.get(j)).isCloseTo(expected[j], within(ROUNDING));
                    }
                }
            }
        }
    }

    @Test
    void aPartHasTheRowsOfAnAdapterOneAfterTheOther() throws Exception {
        int parts = 5;
        String[] more = {"--adapter-column", "customer", "--partitions", String.valueOf(parts)};
        assertThat(predict("local[1]", input, more)).isEmpty();

        int changes = 0;
        String previous = "";
        try (SparkSession session = session()) {
            Dataset<Row> table = session.read().parquet(folder.resolve("out").toString());
            for (Row row : table.selectExpr("_metadata.file_name", "customer").collectAsList()) {
                changes += row.toString().equals(previous) ? 0 : 1;
                previous = row.toString();
            }
        }
        assertThat(changes)
                .as("an adapter is needed again only where a part begins with it")
                .isLessThan(TinyAdapters.EMBEDDINGS.size() + parts);
    }

    @Test
    void saysInOneSentenceWhatIsWrong() throws Exception {
        String url = "local[1]";
        assertThat(predict(url, input, "--text-column", "body"))
                .singleElement()
                .asString()
                .contains("no column 'body'", "id, text, customer");
        assertThat(predict(url, input, "--adapter-column", "text"))
                .singleElement()
                .asString()
                .contains("Adapter 'clean on day", "there is no adapter");
        assertThat(folder.resolve("out")).as("half an output").doesNotExist();
        assertThat(predict(url, folder.resolve("missing.parquet")))
                .singleElement()
                .asString()
                .contains("missing.parquet");
        assertThat(predict(url, input, "--task", "poetry"))
                .singleElement()
                .asString()
                .contains("no task 'poetry'");
        Files.createDirectories(folder.resolve("out"));
        assertThat(predict(url, input))
                .singleElement()
                .asString()
                .contains("is there already", "choose another");
    }

    /** Runs the program; returns what it said on standard error. */
    private List<String> predict(String url, Path table, String... more) {
        List<String> args = new ArrayList<>(List.of("--spark", url, "--input", table.toString()));
        args.addAll(List.of("--output", folder.resolve("out").toString()));
        args.addAll(List.of("--model", TinyAdapters.MODEL.toString()));
        args.addAll(List.of("--adapters", adapters.toString()));
        args.addAll(Arrays.asList(more));
        StringWriter err = new StringWriter();
        int status =
                BatchPrediction.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        args.toArray(new String[0]));
        assertThat(status).as(err.toString()).isEqualTo(err.toString().isEmpty() ? 0 : 1);
        return err.toString().lines().toList();
    }

    /** The rows that were written, ordered by their number. */
    private List<Row> output() throws IOException {
        try (SparkSession session = session()) {
            return session.read()
                    .parquet(folder.resolve("out").toString())
                    .orderBy("id")
                    .collectAsList();
        }
    }
}
