/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelShapeTest {

    /** A few hundred roundings of float32: other processors add up in another order. */
    private static final float TOLERANCE = 2e-5f;

    private static final CompoundConfig COMPOUND =
            CompoundConfig.builder().optOrders(1, 2).optBlocks(2).build();

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"tiny-bert, 4, 12", "tiny-dinov2, 4, 12", "tiny-llama, 4, 14"})
    void hasTheSitesOfAnExport(String name, int usual, int linear) throws IOException {
        Path export = Models.directory(name);
        new ModelShape("tiny", config(export)).write(folder);
        try (AdaptedModel original = AdaptedModel.open(export);
                AdaptedModel shape = AdaptedModel.open(folder)) {
            assertThat(original.targetModules()).containsAll(shape.targetModules());
            assertThat(shape.targetModules(Targets.byModelType())).hasSize(usual);
            assertThat(shape.targetModules(Targets.allLinear())).hasSize(linear);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-dinov2", "tiny-llama"})
    void isTrainedAndMergedLikeAnExport(String name) throws Exception {
        Path directory = folder.resolve("shape");
        Path merged = folder.resolve("merged");
        JsonObject config = config(Models.directory(name));
        config.remove("architectures"); // no head
        new ModelShape("tiny", config).write(directory);
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = inputs(model, manager, 4, 6);
            NDArray base = model.predict(inputs).get("last_hidden_state").duplicate();
            model.add("a", COMPOUND, new HeadConfig(2, HeadConfig.Pooling.MEAN));
            train(model, inputs, manager);
            MergedModel.export(
                    Export.of(model, List.of("a")), merged, Map.of(), LinearProducts.PORTABLE);
            Criteria<NDList, NDList> criteria =
                    Criteria.builder()
                            .setTypes(NDList.class, NDList.class)
                            .optModelPath(merged)
                            .optTranslator(new NoopTranslator())
                            .build();
            try (ZooModel<NDList, NDList> stock = criteria.loadModel();
                    Predictor<NDList, NDList> predictor = stock.newPredictor()) {
                for (int rows = 1; rows < 4; rows++) {
                    NDList some = inputs(model, manager, rows, 3 * rows);
                    NDArray adapted = model.predict(some).get("logits");
                    assertClose(predictor.predict(some).get("logits"), adapted);
                }
            }
            model.disable();
            assertClose(model.predict(inputs).get("last_hidden_state"), base);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "minilm, 22565376",
        "bert-base, 108891648",
        "vit-s, 21628800",
        "llama-1b, 1235814400",
        "llama-1b-layer, 62920704"
    })
    void hasAsManyNumbersAsTheModelThatItIsNamedAfter(String name, long size) throws IOException {
        Map<String, Shape> shapes = ModelShape.of(name).tensors();

        assertThat(shapes.values().stream().mapToLong(Shape::size).sum()).isEqualTo(size);
    }

    @Test
    void writesTheSameEachTime() throws IOException {
        ModelShape.of("encoder:width=64").write(folder.resolve("a"));
        ModelShape.encoder(1, 64, 1, 256).write(folder.resolve("b"));

        try (Stream<Path> files = Files.list(folder.resolve("a"))) {
            for (Path file : files.toList()) {
                assertThat(file)
                        .hasSameBinaryContentAs(folder.resolve("b").resolve(file.getFileName()));
            }
        }
    }

    @Test
    void weightsAreSpreadAsAFreshModels() throws IOException {
        ModelShape.encoder(1, 64, 2, 128).write(folder);
        try (AdaptedModel model = AdaptedModel.open(folder)) {
            Map<String, NDArray> weights = model.baseParameters();
            String layer = "encoder.layer.0.";
            NDArray query = weights.get(layer + "attention.self.query.weight");
            NDArray key = weights.get(layer + "attention.self.key.weight");

            // 4096 numbers: five deviations of their mean and of their square's mean
            assertThat(query.mean().getFloat()).isCloseTo(0, within(5 * 0.02f / 64));
            assertThat(query.square().mean().getFloat()).isCloseTo(4e-4f, within(5 * 4e-4f / 45));
            assertThat(query.contentEquals(key)).isFalse();
            assertThat(weights.get(layer + "output.LayerNorm.weight").toFloatArray())
                    .containsOnly(1);
            assertThat(weights.get(layer + "output.dense.bias").toFloatArray()).containsOnly(0);
        }
    }

    @Test
    void shapesAreFoundByTheirNames() {
        for (String name : ModelShape.names().subList(0, 4)) {
            assertThat(ModelShape.of(name).name()).isEqualTo(name);
        }
        assertThat(ModelShape.of("encoder").name())
                .isEqualTo("encoder:layers=1,width=384,heads=6,feed-forward=1536");
        assertThat(ModelShape.of("encoder:feed-forward=10,width=4096").name())
                .isEqualTo("encoder:layers=1,width=4096,heads=64,feed-forward=10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mini",
                "",
                "minilm:layers=1",
                "encoder:depth=3",
                "encoder:width",
                "encoder:width=0",
                "encoder:width=-1",
                "encoder:width=many",
                "encoder:width=9999999999",
                "encoder:width=64,,layers=1"
            })
    void anUnknownNameIsRefusedWithTheKnownOnes(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelShape.of(name))
                .withMessage(
                        "There is no model shape '%s'; the shapes are minilm, bert-base, vit-s,"
                                + " llama-1b, llama-1b-layer,"
                                + " encoder:layers=L,width=W,heads=H,feed-forward=F",
                        name);
    }

    @Test
    void headsMustDivideTheWidth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelShape.of("encoder:width=200"))
                .withMessageContaining("give heads that divide the width");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelShape.encoder(0, 64, 1, 64))
                .withMessageContaining("positive");
    }

    private static JsonObject config(Path export) throws IOException {
        String config = Files.readString(export.resolve("config.json"));
        return JsonParser.parseString(config).getAsJsonObject();
    }

    private static NDList inputs(AdaptedModel model, NDManager manager, int rows, int length) {
        NDList inputs = new NDList();
        for (String name : model.inputNames()) {
            switch (name) {
                case "pixel_values" -> {
                    int side = 14 * (1 + length / 4);
                    inputs.add(manager.randomNormal(new Shape(rows, 3, side, side)));
                }
                case "input_ids" ->
                        inputs.add(
                                manager.arange(rows * length)
                                        .toType(DataType.INT64, false)
                                        .reshape(rows, length));
                case "attention_mask" ->
                        inputs.add(manager.ones(new Shape(rows, length), DataType.INT64));
                default -> inputs.add(manager.zeros(new Shape(rows, length), DataType.INT64));
            }
        }
        return inputs;
    }

    private static void train(AdaptedModel model, NDList inputs, NDManager manager)
            throws Exception {
        ArrayDataset data =
                new ArrayDataset.Builder()
                        .setData(inputs.toArray(NDArray[]::new))
                        .optLabels(manager.create(new long[] {0, 1, 0, 1}))
                        .setSampling(2, false)
                        .build();
        NDArray before = model.predict(inputs).get("logits").duplicate();
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(inputs.getShapes());
            EasyTrain.fit(trainer, 3, data, null);
        }
        NDArray after = model.predict(inputs).get("logits");
        assertThat(after.sub(before).abs().max().getFloat()).isGreaterThan(1e-4f);
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        float scale = Math.max(1, expected.abs().max().getFloat());
        assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(TOLERANCE * scale);
    }
}
