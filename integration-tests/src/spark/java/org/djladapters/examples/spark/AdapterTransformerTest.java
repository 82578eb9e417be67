/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterTransformerTest {

    /** Float32, with other rows beside it and another placement of the adapter. */
    private static final double ROUNDING = 2e-5;

    private static final StructType COLUMNS =
            new StructType()
                    .add("id", DataTypes.IntegerType)
                    .add("text", DataTypes.StringType)
                    .add("passage", DataTypes.StringType)
                    .add("customer", DataTypes.StringType);

    @TempDir private static Path folder;
    @TempDir private static Path adapters;

    private static SparkSession session;

    @TempDir private Path own;

    @BeforeAll
    static void start() throws IOException {
        TinyAdapters.write(adapters);
        session = SparkSession.builder().master("local[2]").getOrCreate();
    }

    @AfterAll
    static void stop() throws IOException {
        session.close();
    }

    private static String text(int row) {
        return "the room " + "was very ".repeat(row % 7) + "clean on day " + row;
    }

    /** A table in three partitions whose rows name adapters in turn, null for the base model. */
    private static Dataset<Row> table(int rows, String... names) {
        List<Row> table = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            table.add(RowFactory.create(i, text(i), text(rows - i), names[i % names.length]));
        }
        return session.createDataFrame(table, COLUMNS).repartition(3);
    }

    private static Dataset<Row> one(String text, String adapter) {
        return session.createDataFrame(
                List.of(RowFactory.create(0, text, "passage", adapter)), COLUMNS);
    }

    private static AdapterTransformer stage() {
        return new AdapterTransformer()
                .setModel(TinyAdapters.MODEL.toString())
                .setAdapters(adapters.toString())
                .setInputCol("text")
                .setAdapterCol("customer");
    }

    private static <I, O> List<O> expected(
            String adapter, Class<I> from, Class<O> to, List<I> inputs) throws Exception {
        try (TaskModel<I, O> model =
                adapter == null || adapter.isEmpty()
                        ? TaskModel.open(TinyAdapters.MODEL, from, to)
                        : TaskModel.open(TinyAdapters.MODEL, adapters.resolve(adapter), from, to)) {
            return model.predict(inputs);
        }
    }

    private static void assertVector(Row row, String column, float[] expected) {
        double[] actual = row.<Vector>getAs(column).toArray();
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(ROUNDING));
        }
    }

    @Test
    void everyRowHasTheVectorOfItsAdapter() throws Exception {
        Dataset<Row> table = table(60, "acme", "globex", null, "initech", "");
        List<Row> before = table.collectAsList();

        List<Row> rows =
                stage().setOutputCol("vector")
                        .setBatchSize(16)
                        .setMaxAdapters(1) // so that adapters are unloaded while others are used
                        .transform(table)
                        .collectAsList();

        Map<String, List<Row>> groups = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            assertThat(row.schema().fieldNames())
                    .containsExactly("id", "text", "passage", "customer", "vector");
            assertThat(row.getInt(0)).as("the order of rows").isEqualTo(before.get(i).getInt(0));
            groups.computeIfAbsent(row.getString(3), name -> new ArrayList<>()).add(row);
        }
        assertThat(groups).hasSize(5);
        for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
            List<Row> own = group.getValue();
            List<String> texts = own.stream().map(row -> row.getString(1)).toList();
            List<float[]> expected = expected(group.getKey(), String.class, float[].class, texts);
            for (int i = 0; i < own.size(); i++) {
                assertVector(own.get(i), "vector", expected.get(i));
            }
        }
    }

    @Test
    void rowsWithoutTextHaveNoPrediction() {
        assertThat(stage().transform(one(null, "acme")).first().isNullAt(4)).isTrue();
        assertThat(stage().transform(one(" ", "acme")).first().isNullAt(4)).isTrue();
    }

    @Test
    void classesHaveLabelAndProbability() throws Exception {
        List<Row> rows =
                stage().setTask("classification")
                        .transform(table(9, TinyAdapters.TICKETS))
                        .collectAsList();
        List<String> texts = rows.stream().map(row -> row.getString(1)).toList();
        List<Classifications> expected =
                expected(TinyAdapters.TICKETS, String.class, Classifications.class, texts);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Classifications.Classification best = expected.get(i).best();
            assertThat(row.<String>getAs("prediction")).isEqualTo(best.getClassName());
            assertThat(row.<Double>getAs("probability"))
                    .isCloseTo(best.getProbability(), within(ROUNDING));
        }
    }

    @Test
    void pairsHaveScores() throws Exception {
        List<Row> rows =
                stage().setTask("reranking")
                        .setPairCol("passage")
                        .transform(table(9, TinyAdapters.RANK))
                        .collectAsList();
        List<StringPair> pairs =
                rows.stream()
                        .map(row -> new StringPair(row.getString(1), row.getString(2)))
                        .toList();
        List<Float> expected = expected(TinyAdapters.RANK, StringPair.class, Float.class, pairs);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).getDouble(4)).isCloseTo(expected.get(i), within(ROUNDING));
        }
    }

    @Test
    void entitiesHaveTheirPlaces() throws Exception {
        List<Row> rows =
                stage().setTask("token-classification")
                        .transform(table(9, TinyAdapters.TAGS))
                        .collectAsList();
        List<String> texts = rows.stream().map(row -> row.getString(1)).toList();
        List<NamedEntity[]> expected =
                expected(TinyAdapters.TAGS, String.class, NamedEntity[].class, texts);
        assertThat(expected).anyMatch(entities -> entities.length > 0);
        for (int i = 0; i < rows.size(); i++) {
            List<Row> entities = rows.get(i).getList(4);
            assertThat(entities).hasSameSizeAs(expected.get(i));
            for (int j = 0; j < entities.size(); j++) {
                NamedEntity entity = expected.get(i)[j];
                Row found = entities.get(j);
                assertThat(found.<String>getAs("entity")).isEqualTo(entity.getEntity());
                assertThat(found.<String>getAs("text")).isEqualTo(entity.getWord());
                assertThat(found.<Integer>getAs("start")).isEqualTo(entity.getStart());
                assertThat(found.<Integer>getAs("end")).isEqualTo(entity.getEnd());
                assertThat(found.<Double>getAs("score"))
                        .isCloseTo(entity.getScore(), within(ROUNDING));
            }
        }
    }

    @Test
    void aPipelineThatWasSavedAndLoadedGivesTheSame() throws Exception {
        AdapterTransformer stage = stage().setOutputCol("vector").setBatchSize(7);
        PipelineModel pipeline =
                new Pipeline().setStages(new PipelineStage[] {stage}).fit(table(1, "acme"));
        String path = folder.resolve("pipeline").toString();
        pipeline.save(path);

        PipelineModel loaded = PipelineModel.load(path);

        AdapterTransformer again = (AdapterTransformer) loaded.stages()[0];
        assertThat(again.uid()).isEqualTo(stage.uid());
        assertThat(again.explainParams()).isEqualTo(stage.explainParams());
        Dataset<Row> table = table(12, "acme", "globex").cache();
        assertThat(loaded.transform(table).collectAsList())
                .isEqualTo(pipeline.transform(table).collectAsList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unknown | there is no adapter 'unknown' in",
                "../acme | an adapter's name is that of a folder in",
                "..      | an adapter's name is that of a folder in",
                "damaged | adapter_model.safetensors",
                "tickets | ",
            })
    void anAdapterThatCannotBeUsedEndsTheJobByName(String name, String reason) throws Exception {
        Path damaged = Files.createDirectories(adapters.resolve("damaged"));
        Files.copy(
                adapters.resolve("acme/adapter_config.json"),
                damaged.resolve("adapter_config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(damaged.resolve("adapter_model.safetensors"), "no tensors");

        assertThatThrownBy(() -> stage().transform(one("a text", name)).collectAsList())
                .extracting(SparkFailures::reason)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("Adapter '" + name + "' can't be used for embedding: ")
                .contains(reason == null ? "" : reason)
                .hasLineCount(1);
    }

    @Test
    void anErrorColumnTellsWhichRowsFailedAndWhy() throws Exception {
        List<Row> rows =
                stage().setErrorCol("error")
                        .transform(table(10, "acme", "unknown"))
                        .collectAsList();
        for (Row row : rows) {
            boolean good = row.<String>getAs("customer").equals("acme");
            assertThat(row.isNullAt(4)).isEqualTo(!good);
            assertThat(row.isNullAt(5)).isEqualTo(good);
        }
        assertThat(rows)
                .anyMatch(row -> String.valueOf(row.<String>getAs("error")).contains("'unknown'"));
    }

    @Test
    void tasksUseTheNewFilesOfAnAdapter() throws Exception {
        Path folder = own.resolve("changing");
        TinyAdapters.write(folder, "a", 1);
        AdapterTransformer stage = stage().setAdapters(folder.toString());
        Vector before = stage.transform(one("a text", "a")).first().getAs(4);

        TinyAdapters.write(own.resolve("other"), "a", 2);
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.move(
                    own.resolve("other/a").resolve(file),
                    folder.resolve("a").resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }

        Vector after = stage.transform(one("a text", "a")).first().getAs(4);
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void whatTheTableLacksIsSaidBeforeAnyWork() {
        Dataset<Row> table = table(1, "acme");
        assertRefused(stage().setInputCol("txt"), table, "no column 'txt' (inputCol)", "id, text");
        assertRefused(stage().setInputCol("id"), table, "'id' (inputCol) is of type int", "string");
        assertRefused(stage().setAdapterCol("who"), table, "no column 'who' (adapterCol)");
        assertRefused(stage().setOutputCol("text"), table, "has a column 'text' already");
        assertRefused(stage().setTask("reranking"), table, "set pairCol");
        assertRefused(stage().setPairCol("passage"), table, "takes single texts");
        assertRefused(
                new AdapterTransformer().setInputCol("text"), table, "parameter model is missing");
        assertRefused(
                new AdapterTransformer()
                        .setModel("m")
                        .setInputCol("text")
                        .setAdapterCol("customer"),
                table,
                "parameter adapters is missing");
        assertThatThrownBy(() -> stage().setTask("poetry"))
                .hasMessageContaining("no task 'poetry'")
                .hasMessageContaining("token-classification");
    }

    private static void assertRefused(
            AdapterTransformer stage, Dataset<Row> table, String... parts) {
        assertThatThrownBy(() -> stage.transform(table))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(parts)
                .hasLineCount(1);
    }

    @Test
    void aModelThatIsNotThereIsSaidInOneSentence() {
        AdapterTransformer stage = stage().setModel(folder.resolve("nowhere").toString());
        assertThatThrownBy(() -> stage.transform(one("a text", "acme")).collectAsList())
                .extracting(SparkFailures::reason)
                .extracting(Throwable::getMessage)
                .asString()
                .contains("nowhere' can't be opened on machine '")
                .hasLineCount(1);
    }

    @Test
    void theBaseModelIsRefusedForATaskThatItHasNot() {
        AdapterTransformer stage = stage().setTask("classification");
        assertThatThrownBy(() -> stage.transform(one("a text", null)).collectAsList())
                .extracting(SparkFailures::reason)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("The base model can't be used for classification: ");
    }
}
