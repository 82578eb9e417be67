/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options by which a checkpoint is opened change. */
class CheckpointOptionsTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final Path BERT = HUB.resolve("tiny-bert");

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(3);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private static OpenOptions in(DataType type) {
        return OpenOptions.builder().optDataType(type).build();
    }

    private static OpenOptions withDropout() {
        return OpenOptions.builder().optDropout(true).optMatmul(Matmul.MKL).build();
    }

    /** Two rows of six tokens; the mask says how many count. */
    private NDList rows(int columns, int... lengths) {
        NDArray ids = manager.arange(lengths.length * columns).toType(DataType.INT64, false);
        NDArray mask = manager.zeros(new Shape(lengths.length, columns), DataType.INT64);
        for (int row = 0; row < lengths.length; row++) {
            mask.set(new NDIndex("{}, 0:{}", row, lengths[row]), lengths[row] == 0 ? 0 : 1);
        }
        return new NDList(ids.add(5).reshape(lengths.length, columns), mask);
    }

    private static NDArray first(NDList outputs) {
        return outputs.get(0);
    }

    private static float difference(NDArray left, NDArray right) {
        return left.sub(right).abs().max().getFloat();
    }

    private static NDArray training(AdaptedModel model, NDList inputs) {
        ParameterStore store = new ParameterStore(inputs.get(0).getManager(), false);
        return first(model.block().forward(store, inputs, true));
    }

    /** Two layers round in some twenty places each, at worst all in one direction. */
    private static double rounding(DataType type) {
        return type == DataType.FLOAT16 ? 40 * 0x1p-11 : 40 * 0x1p-8;
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void narrowWeightsTakeHalfTheMemoryAndComputeNearlyTheSame(DataType type) throws IOException {
        NDList inputs = rows(6, 6, 4);
        try (AdaptedModel wide = AdaptedModel.open(BERT);
                AdaptedModel narrow = AdaptedModel.open(BERT, in(type))) {
            NDArray expected = first(wide.predict(inputs));
            NDArray actual = first(narrow.predict(inputs));

            assertThat(actual.getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat((double) (difference(actual, expected) / expected.abs().max().getFloat()))
                    .isPositive()
                    .isLessThan(rounding(type));
            assertThat(narrow.targetModules())
                    .allMatch(module -> module.weight().dataType() == type);
            assertThat(narrow.baseParameters().values())
                    .noneMatch(weight -> weight.getDataType() == DataType.FLOAT32);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void adaptersOfNarrowModelsTrainInFloat32(DataType type) throws IOException {
        NDList inputs = rows(6, 6, 4);
        try (AdaptedModel model = AdaptedModel.open(BERT, in(type))) {
            var adapter = model.add("a", LoraConfig.builder().optRank(4).build());
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(training(model, inputs).square().mean());
            }
            assertThat(adapter.parameters().values())
                    .allMatch(p -> p.getArray().getDataType() == DataType.FLOAT32)
                    .anyMatch(p -> p.getArray().getGradient().abs().sum().getFloat() > 0);
        }
    }

    @Test
    void storedTypesDoNotDecide() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert-classifier"))) {
            assertThat(model.baseParameters().values())
                    .allMatch(weight -> weight.getDataType() == DataType.FLOAT32);
        }
    }

    @Test
    void otherTypesAreRefused() {
        assertThatThrownBy(() -> in(DataType.FLOAT64))
                .hasMessage("A model opens in float32, bfloat16 or float16, not in float64");
    }

    @Test
    void productsOfNarrowWeightsAreTheEnginesOwn() {
        OpenOptions.Builder options =
                OpenOptions.builder()
                        .optDataType(DataType.BFLOAT16)
                        .optMatmul(Matmul.parse("onednn"));
        assertThatThrownBy(options::build)
                .hasMessage(
                        "Products in bfloat16 are the engine's own; leave out the way of products,"
                                + " or the type");
    }

    @Test
    void anExportHasItsOwnTypeAndNoDropout() throws Exception {
        assertThatThrownBy(
                        () ->
                                AdaptedModel.open(
                                        Models.directory("tiny-bert"), in(DataType.FLOAT16)))
                .hasMessageContaining("tiny-bert.pt")
                .hasMessageContaining("weights in float32, which can't be opened in float16");
        assertThatThrownBy(() -> AdaptedModel.open(Models.directory("tiny-bert"), withDropout()))
                .hasMessageContaining("tiny-bert.pt")
                .hasMessageContaining("has no dropout");
        AdaptedModel.open(Models.directory("tiny-bert"), in(DataType.FLOAT32)).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-bert",
                "tiny-bert-tokens",
                "tiny-bert-qa",
                "bert-relative-key",
                "distilbert-answers",
                "tiny-mpnet",
                "tiny-modernbert",
                "tiny-nomic",
                "tiny-gte",
                "tiny-albert",
                "tiny-t5-encoder",
                "tiny-electra"
            })
    void columnsOfPaddingCostNothingAndGiveZeros(String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name))) {
            NDList padded = rows(9, 6, 4);
            NDList shorter = new NDList();
            padded.forEach(input -> shorter.add(input.get(":, 0:6")));

            NDList expected = model.predict(shorter);
            NDList actual = model.predict(padded);

            for (int i = 0; i < actual.size(); i++) {
                assertThat(difference(actual.get(i).get(":, 0:6"), expected.get(i))).isZero();
                assertThat(actual.get(i).get(":, 6:").abs().max().getFloat()).isZero();
            }
        }
    }

    @Test
    void aProgramWithoutDropoutRefusesIt() {
        assertThatThrownBy(() -> AdaptedModel.open(HUB.resolve("tiny-mpnet"), withDropout()))
                .hasMessageContaining("config.json")
                .hasMessageContaining("has no dropout; leave dropout out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-bert-tokens", "tiny-roberta-classifier"})
    void headsAndFamiliesHaveDropout(String name) throws IOException {
        NDList inputs = rows(6, 6, 4);
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name), withDropout())) {
            model.add("a", LoraConfig.builder().optRank(4).build());
            NDArray predicted = first(model.predict(inputs));
            assertThat(difference(training(model, inputs), predicted)).isPositive();
        }
    }

    @Test
    void rowsWithoutTokensGiveNumbers() throws IOException {
        for (DataType type : List.of(DataType.FLOAT32, DataType.BFLOAT16, DataType.FLOAT16)) {
            try (AdaptedModel model = AdaptedModel.open(BERT, in(type))) {
                for (NDList inputs : List.of(rows(6, 6, 0), rows(6, 0, 0))) {
                    NDArray output = first(model.predict(inputs));
                    assertThat(output.isNaN().any().getBoolean()).isFalse();
                    assertThat(output.isInfinite().any().getBoolean()).isFalse();
                }
            }
        }
    }

    @Test
    void dropoutChangesTrainingPassesAlone() throws IOException {
        NDList inputs = rows(6, 6, 4);
        try (AdaptedModel plain =
                        AdaptedModel.open(
                                BERT, OpenOptions.builder().optMatmul(Matmul.MKL).build());
                AdaptedModel model = AdaptedModel.open(BERT, withDropout())) {
            model.add("a", LoraConfig.builder().optRank(4).build());
            NDArray expected = first(plain.predict(inputs));

            assertThat(first(model.predict(inputs))).isEqualTo(expected);
            NDArray dropped = training(model, inputs);
            assertThat(difference(dropped, expected)).isGreaterThan(0.01f);
            assertThat(difference(training(model, inputs), dropped)).isGreaterThan(0.01f);
            assertThat(first(model.predict(inputs))).isEqualTo(expected);
        }
    }

    @Test
    void dropoutIsTheSameForTheSameSeed() throws IOException {
        NDList inputs = rows(6, 6, 4);
        try (AdaptedModel model = AdaptedModel.open(BERT, withDropout())) {
            model.add("a", LoraConfig.builder().optRank(4).build());
            model.predict(inputs);
            manager.getEngine().setRandomSeed(8);
            NDArray once = training(model, inputs);
            manager.getEngine().setRandomSeed(8);
            assertThat(training(model, inputs)).isEqualTo(once);
        }
    }
}
