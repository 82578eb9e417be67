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
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of float32 that are opened in bfloat16. */
class Bfloat16ExportTest {

    private static final OpenOptions NARROW =
            OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();

    /**
     * A number of some twenty roundings to 8 bits, of the norm of the whole: they differ in sign.
     */
    private static final double ROUNDING = 8 * 0x1p-8;

    /** Gradients pass twice as many roundings, and where relu is at its edge another branch. */
    private static final double ROUNDING_BACK = 5 * ROUNDING;

    private static AdaptedModel open(String name) throws IOException {
        return AdaptedModel.open(Models.directory(name), NARROW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-bert",
                "tiny-bert-classifier",
                "tiny-roberta",
                "tiny-deberta-v3",
                "tiny-vit",
                "tiny-dinov2",
                "tiny-resnet"
            })
    void outputsAndGradientsAreThoseOfFloat32ButForRounding(String name) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel wide = TinyAdapters.open(name);
                AdaptedModel narrow = open(name)) {
            NDList inputs = TinyAdapters.inputs(wide, manager);
            NDList expected = wide.predict(inputs);
            NDList actual = narrow.predict(inputs);
            assertThat(actual).hasSameSizeAs(expected);
            for (NDArray output : expected) {
                NDArray own = TinyAdapters.named(actual, output.getName());
                assertThat(own.getDataType()).isEqualTo(DataType.FLOAT32);
                assertThat(difference(own, output)).isPositive().isLessThan(ROUNDING);
            }
            assertThat(narrow.baseParameters().values())
                    .noneMatch(weight -> weight.getDataType() == DataType.FLOAT32);
            Map<String, NDArray> gradients = gradients(wide, name, inputs);
            gradients(narrow, name, inputs)
                    .forEach(
                            (parameter, gradient) ->
                                    assertThat(difference(gradient, gradients.get(parameter)))
                                            .as(parameter)
                                            .isLessThan(ROUNDING_BACK));
        }
    }

    private static Map<String, NDArray> gradients(AdaptedModel model, String name, NDList inputs) {
        Targets targets =
                name.equals("tiny-resnet") ? Targets.of("convolution") : Targets.allLinear();
        inputs.getManager().getEngine().setRandomSeed(3);
        Adapter adapter =
                model.add("a", LoraConfig.builder().optRank(4).optTargets(targets).build());
        TinyAdapters.disturb(model, adapter, 5);
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray outputs = trainer.forward(inputs).get(0);
                NDArray weights = outputs.getManager().arange((float) outputs.size()).sin();
                collector.backward(outputs.mul(weights.reshape(outputs.getShape())).sum());
            }
            adapter.parameters()
                    .forEach(
                            (parameter, p) -> {
                                NDArray gradient = p.getArray().getGradient().duplicate();
                                gradient.attach(inputs.getManager());
                                gradients.put(parameter, gradient);
                            });
        }
        return gradients;
    }

    private static double difference(NDArray actual, NDArray expected) {
        double whole = expected.norm().getFloat();
        return whole == 0
                ? actual.norm().getFloat()
                : actual.sub(expected).norm().getFloat() / whole;
    }

    /** The layers of a converted program are found, and run again. */
    @Test
    void gradientCheckpointingGivesTheSameGradients() throws IOException {
        OpenOptions checkpointed = NARROW.toBuilder().optGradientCheckpointing(true).build();
        Path directory = Models.directory("tiny-bert");
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel kept = AdaptedModel.open(directory, NARROW);
                AdaptedModel again = AdaptedModel.open(directory, checkpointed)) {
            NDList inputs = TinyAdapters.inputs(kept, manager);
            Map<String, NDArray> gradients = gradients(kept, "tiny-bert", inputs);
            gradients(again, "tiny-bert", inputs)
                    .forEach(
                            (parameter, gradient) ->
                                    assertThat(difference(gradient, gradients.get(parameter)))
                                            .as(parameter)
                                            .isLessThan(ROUNDING));
        }
    }

    /** What stands for minus infinity in a mask must not become infinite. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta", "tiny-deberta-v3"})
    void rowsWithoutTokensGiveNumbers(String name) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel model = open(name)) {
            NDArray ids = manager.full(new Shape(2, 6), 7, DataType.INT64);
            NDList inputs = new NDList(ids, manager.zeros(new Shape(2, 6), DataType.INT64));
            if (model.inputNames().size() > 2) {
                inputs.add(ids.zerosLike());
            }
            NDArray output = model.predict(inputs).get(0);
            assertThat(output.isNaN().any().getBoolean()).isFalse();
            assertThat(output.isInfinite().any().getBoolean()).isFalse();
        }
    }

    /** Each thread has a replica of the model, which is converted once more. */
    @Test
    void rowsOfDifferentAdaptersAreTheirs() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel model = open("tiny-bert-classifier")) {
            TinyAdapters.disturb(model, model.add("a", LoraConfig.builder().build()), 5);
            TinyAdapters.disturb(model, model.add("b", LoraConfig.builder().build()), 9);
            NDList inputs = TinyAdapters.inputs(model, manager);
            int rows = (int) inputs.get(0).getShape().get(0);
            List<String> mixed = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                mixed.add(row % 2 == 0 ? "a" : "b");
            }
            NDArray outputs = model.predict(inputs, mixed).get(0);
            for (String adapter : List.of("a", "b")) {
                model.activate(adapter);
                NDArray own = model.predict(inputs).get(0);
                for (int row = adapter.equals("a") ? 0 : 1; row < rows; row += 2) {
                    assertThat(difference(outputs.get(row), own.get(row))).isLessThan(ROUNDING);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void statementsThatAreNotKnownToBeRightAreRefused(String name) {
        Path directory = Models.directory(name);
        assertThatThrownBy(() -> AdaptedModel.open(directory, NARROW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name + ".pt' can't compute in bfloat16: the statement '")
                .hasMessageContaining("is not known to be right in 16 bits; leave bfloat16 out");
    }
}
