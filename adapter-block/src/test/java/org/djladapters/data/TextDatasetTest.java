/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDatasetTest {

    private static final List<String> INPUTS =
            List.of("input_ids", "attention_mask", "token_type_ids");

    @TempDir Path folder;

    @Test
    void fillsUpToTheLongestTextOfTheBatch() throws Exception {
        TextDataset dataset = dataset(sentences("1 the dog", "0 the movie is great")).build();

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            assertThat(batch.getSize()).isEqualTo(2);
            assertThat(batch.getIndices()).isEqualTo(List.of(1, 0));
            // [CLS] the movie is great [SEP], then [CLS] the dog [SEP] and two times [PAD].
            assertThat(batch.getData().get(0))
                    .isEqualTo(
                            manager.create(
                                    new long[][] {{2, 93, 94, 97, 176, 3}, {2, 93, 115, 3, 0, 0}}));
            assertThat(batch.getData().get(1).toLongArray())
                    .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
            assertThat(batch.getData().get(2).toLongArray()).containsOnly(0);
            assertThat(batch.getLabels().singletonOrThrow().toLongArray()).containsExactly(0, 1);
        }
    }

    @Test
    void encodesPairs() throws Exception {
        TextData pairs = pairs("2.5	the dog	is lazy", "5	fox	fox");

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset(pairs).build().getData(manager).iterator().next()) {
            assertThat(batch.getData().get(0).toLongArray())
                    .containsExactly(2, 93, 115, 3, 97, 179, 3, 2, 174, 3, 174, 3, 0, 0);
            assertThat(batch.getData().get(2).toLongArray())
                    .containsExactly(0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0);
            NDArray labels = batch.getLabels().singletonOrThrow();
            assertThat(labels.getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(labels.getShape()).isEqualTo(new Shape(2, 1));
            assertThat(labels.toFloatArray()).containsExactly(2.5f, 5);
        }
    }

    @Test
    void encodesTheTextsOfPairsOneByOne() throws Exception {
        TextDataset dataset =
                dataset(pairs("5	the dog	the fox", "2.5	fox	fox"))
                        .optPairEncoding(HeadConfig.PairEncoding.BI)
                        .build();

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            assertThat(batch.getIndices()).isEqualTo(List.of(0, 1));
            assertThat(batch.getData().get(0).getShape()).isEqualTo(new Shape(4, 4));
            assertThat(batch.getData().get(0).toLongArray())
                    .containsExactly(2, 93, 115, 3, 2, 93, 174, 3, 2, 174, 3, 0, 2, 174, 3, 0);
            assertThat(batch.getData().get(2).sum().getLong()).isZero();
            assertThat(batch.getLabels().get(0).toFloatArray()).containsExactly(5, 2.5f);
        }
        assertThatThrownBy(
                        () ->
                                dataset(sentences("1 a", "0 b"))
                                        .optPairEncoding(HeadConfig.PairEncoding.BI)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds single texts");
    }

    @Test
    void givesTheInputsThatAreAskedForInTheirOrderAndWithoutNames() throws Exception {
        TextDataset dataset =
                dataset(sentences("1 the dog", "0 fox"))
                        .setInputs(List.of("attention_mask", "input_ids"))
                        .build();

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            NDList data = batch.getData();
            assertThat(data).hasSize(2);
            assertThat(data.get(0).toLongArray()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
            assertThat(data.get(1).toLongArray()).containsExactly(2, 93, 115, 3, 2, 174, 3, 0);
            assertThat(data).allMatch(array -> array.getName() == null);
            assertThat(data).allMatch(array -> array.getDataType() == DataType.INT64);
            assertThat(data).allMatch(array -> array.getManager() == batch.getManager());
        }
    }

    @Test
    void cutsPairsAtTheLongerSentence() throws Exception {
        TextData pairs = pairs("1	the fox	" + "the dog ".repeat(100), "0	a	b");

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch =
                        dataset(pairs).optMaxLength(8).build().getData(manager).iterator().next()) {
            assertThat(batch.getData().get(0).get(0).toLongArray())
                    .containsExactly(2, 93, 174, 3, 93, 115, 93, 3);
        }
    }

    @Test
    void cutsToThePositionsOfTheModelByDefault() throws Exception {
        TextDataset dataset = dataset(sentences("1 " + "dog ".repeat(200), "0 a")).build();

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            assertThat(batch.getData().get(0).getShape()).isEqualTo(new Shape(2, 64));
        }
        assertThatThrownBy(() -> dataset(sentences("1 a", "0 b")).optMaxLength(65).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65 exceeds the 64 positions");
    }

    @Test
    void aModelWithoutLimitTakesAnyLength() throws Exception {
        Files.createFile(folder.resolve("net.pt"));
        Files.copy(
                TestData.tinyBert().file("tokenizer.json").orElseThrow(),
                folder.resolve("tokenizer.json"));
        TextDataset dataset =
                dataset(sentences("1 " + "dog ".repeat(700), "0 a"))
                        .setModel(ModelDirectory.open(folder))
                        .optMaxLength(600)
                        .build();

        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = dataset.getData(manager).iterator().next()) {
            assertThat(batch.getData().get(0).getShape()).isEqualTo(new Shape(2, 600));
        }
    }

    @Test
    void namesATokenThatTheModelDoesNotKnow() throws Exception {
        Files.createFile(folder.resolve("net.pt"));
        Files.writeString(folder.resolve("config.json"), "{\"vocab_size\": 5}");
        Files.copy(
                TestData.tinyBert().file("tokenizer.json").orElseThrow(),
                folder.resolve("tokenizer.json"));
        TextDataset dataset =
                dataset(sentences("1 dog", "0 a")).setModel(ModelDirectory.open(folder)).build();

        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> dataset.getData(manager).iterator().next())
                    .hasMessageContaining("but the model has 5 tokens (vocab_size of config.json)");
        }
    }

    @Test
    void goesThroughAllExamplesInAnotherOrderEachEpoch() throws Exception {
        String[] rows = new String[50];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (i % 2) + " " + "dog ".repeat(1 + i % 7);
        }
        TextData data = sentences(rows);
        TextDataset dataset = dataset(data).optBatchSize(8).optShuffle(3).build();
        TextDataset same = dataset(data).optBatchSize(8).optShuffle(3).build();

        List<Object> first = pass(dataset);
        List<Object> second = pass(dataset);

        assertThat(dataset.batchCount()).isEqualTo(7);
        assertThat(first).hasSize(50).doesNotHaveDuplicates();
        assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
        assertThat(pass(same)).isEqualTo(first);
        assertThat(pass(same)).isEqualTo(second);
    }

    @Test
    void labelsFitTheLossesOfDjl() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Batch classes =
                        dataset(sentences("1 a", "0 b"))
                                .build()
                                .getData(manager)
                                .iterator()
                                .next();
                Batch values =
                        dataset(sentences("1.5 a", "0 b"))
                                .build()
                                .getData(manager)
                                .iterator()
                                .next()) {
            NDList logits = new NDList(manager.create(new float[][] {{0, 0}, {0, 0}}));
            assertThat(
                            Loss.softmaxCrossEntropyLoss()
                                    .evaluate(classes.getLabels(), logits)
                                    .getFloat())
                    .isCloseTo((float) Math.log(2), within());
            NDList outputs = new NDList(manager.create(new float[][] {{0.5f}, {0}}));
            assertThat(Loss.l2Loss().evaluate(values.getLabels(), outputs).getFloat())
                    .isCloseTo(0.25f, within());
        }
    }

    @Test
    void refusesInputsThatTextDoesNotGive() {
        assertThatThrownBy(() -> TextDataset.builder().setInputs(List.of("pixel_values")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'pixel_values'");
        assertThatThrownBy(() -> TextDataset.builder().setInputs(List.of("attention_mask")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input_ids");
    }

    @Test
    void refusesAModelWithoutTokenizerOrWithABrokenOne() throws IOException {
        Files.createFile(folder.resolve("net.pt"));
        ModelDirectory model = ModelDirectory.open(folder);
        TextData data = sentences("1 a", "0 b");

        assertThatThrownBy(() -> dataset(data).setModel(model).build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThatThrownBy(() -> dataset(data).setModel(model).build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tokenizer.json: is not a tokenizer");
    }

    @Test
    void refusesAServingLengthThatIsNoNumber() throws IOException {
        Files.createFile(folder.resolve("net.pt"));
        Files.writeString(folder.resolve("serving.properties"), "maxLength=long\n");
        ModelDirectory model = ModelDirectory.open(folder);
        TextData data = sentences("1 a", "0 b");

        assertThatThrownBy(() -> dataset(data).setModel(model).build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("serving.properties': maxLength is 'long'");
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-6f);
    }

    private static List<Object> pass(TextDataset dataset) {
        List<Object> rows = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : dataset.getData(manager)) {
                rows.addAll(batch.getIndices());
                batch.close();
            }
        }
        return rows;
    }

    private TextData pairs(String... rows) throws IOException {
        String text = "label\tsentence1\tsentence2\n" + String.join("\n", rows);
        return TextData.read(Files.writeString(folder.resolve("pairs.tsv"), text));
    }

    private TextData sentences(String... rows) throws IOException {
        return TestData.sentences(folder, rows);
    }

    private static TextDataset.Builder dataset(TextData data) throws IOException {
        return TextDataset.builder()
                .setData(data)
                .setLabelSpace(LabelSpace.of(data))
                .setModel(TestData.tinyBert())
                .setInputs(INPUTS);
    }
}
