/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.adapter.road.RoadVariant;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.matmul.Matmul;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients that a trainer's collector computes from what passes leave behind, against those that
 * autograd computes under the engine's collector.
 */
class CustomBackwardTest {

    /** Sums of some dozen products of size one in another order. */
    private static final double FLOAT32 = 1e-5;

    /** A linear layer whose class text ends with a forward method. */
    private static final String LAYER =
            """
            class Layer(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self, x: Tensor) -> Tensor:
            """;

    private static final String ONCE = "    return torch.linear(x, self.weight)\n";
    private static final String LARGE =
            """
                a = torch.linear(x, self.weight)
                y = torch.gelu(a)
                z = torch.linear(y, self.weight)
                s = torch.add(y, z)
                t = torch.tanh(s)
                u = torch.linear(t, self.weight)
                return torch.add(u, s)
            """;

    private static final String TWICE =
            "    y = torch.linear(x, self.weight)\n    return torch.linear(y, self.weight)\n";
    private static final String IN_PLACE =
            "    y = torch.linear(x, self.weight)\n    return torch.relu_(y)\n";

    /** A value that is met before and after it was changed. */
    private static final String CHANGED_VALUE =
            """
                h = torch.linear(x, self.weight)
                a = torch.mul(h, 0.5)
                y = torch.linear(a, self.weight)
                b = torch.tanh(y)
                c = torch.add_(a, b)
                return torch.linear(c, self.weight)
            """;

    /** The gradients of a and b are views of that of the sum, and a gets another one later. */
    private static final String VIEWS =
            """
                a = torch.linear(x, self.weight)
                b = torch.linear(torch.tanh(a), self.weight)
                c = torch.linear(torch.tanh(a), self.weight)
                s = torch.add(torch.reshape(a, [-1]), torch.reshape(b, [-1]), alpha=1)
                d = torch.linear(torch.reshape(torch.tanh(s), [-1, 8]), self.weight)
                return torch.add(c, d)
            """;

    private static final String TWO_OUTPUTS =
            """
                a = torch.linear(x, self.weight)
                b = torch.linear(torch.tanh(a), self.weight)
                return (a, b)
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"compound", "lora"})
    void addUpOverPassesBeforeOneBackward(String method) throws IOException {
        assertSameGradients(
                ONCE,
                config(method),
                (collector, model) -> {
                    NDArray first = output(model, 1);
                    NDArray second = output(model, 2);
                    collector.backward(loss(first).add(loss(second)));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"compound", "lora"})
    void comeWithTheBackwardPassThatReachesThem(String method) throws IOException {
        assertSameGradients(
                ONCE,
                config(method),
                (collector, model) -> {
                    NDArray first = output(model, 1);
                    NDArray second = output(model, 2);
                    output(model, 3);
                    collector.backward(loss(second));
                    collector.backward(loss(first));
                });
    }

    @ParameterizedTest
    @CsvSource({"compound", "lora", "c3a", "road", "input"})
    void countEveryUseOfAModule(String method) throws IOException {
        assertSameGradients(
                TWICE,
                config(method),
                (collector, model) -> collector.backward(loss(output(model, 1))));
    }

    /** The compound adapter needs the results as they were before they were changed. */
    @ParameterizedTest
    @ValueSource(strings = {"compound", "lora", "c3a", "road", "input"})
    void areRightWhereTheModelChangesResultsInPlace(String method) throws IOException {
        assertSameGradients(
                IN_PLACE,
                config(method),
                (collector, model) -> collector.backward(loss(output(model, 1))));
    }

    @ParameterizedTest
    @CsvSource({"changed, compound", "views, compound", "views, lora", "views, input"})
    void areRightForValuesThatSeveralPiecesShare(String values, String method) throws IOException {
        assertSameGradients(
                values.equals("views") ? VIEWS : CHANGED_VALUE,
                config(method),
                (collector, model) -> collector.backward(loss(output(model, 1))));
    }

    /** The result of a layer goes into another layer and into a function of autograd's. */
    @Test
    void areRightForResultsOfSeveralRowsEach() throws IOException {
        String program =
                """
                    a = torch.linear(x, self.weight)
                    b = torch.linear(a, self.weight)
                    c = torch.tanh(a)
                    return torch.add(b, c)
                """;
        assertSameGradients(
                program,
                config("compound"),
                (collector, model) -> {
                    NDManager manager = model.model().getNDManager().newSubManager();
                    NDArray rows = manager.arange(240f).cos().reshape(5, 6, 8);
                    NDArray output = Passes.training(model, new NDList(rows)).get(0);
                    collector.backward(loss(output));
                });
    }

    @Test
    void goOnToWhatComesBeforeTheModelByEveryWay() throws IOException {
        List<Float> sums = new ArrayList<>();
        assertSameGradients(
                ONCE,
                config("compound"),
                (collector, model) -> {
                    NDManager manager = model.model().getNDManager().newSubManager();
                    NDArray before = manager.ones(new Shape(5, 8));
                    before.setRequiresGradient(true);
                    NDArray input = before.mul(before).tanh();
                    NDArray output = Passes.training(model, new NDList(input)).get(0);
                    collector.backward(loss(output.add(input)));
                    sums.add(before.getGradient().sum().getFloat());
                });
        assertThat(sums.get(1)).isCloseTo(sums.get(0), within(1e-3f));
    }

    /** Blocks of one size in layers of several widths share one custom backward pass. */
    @ParameterizedTest
    @CsvSource({"false, OUTPUT", "true, OUTPUT", "false, INPUT", "true, INPUT"})
    void areRightForLayersOfSeveralWidths(boolean shared, RotatedSide side) throws IOException {
        AdapterConfig config =
                CompoundConfig.builder()
                        .optOrders(1, 2)
                        .optBlockSize(10)
                        .optShared(shared)
                        .optGains(shared)
                        .optStrided(shared)
                        .optSide(side)
                        .build();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"))) {
            assertSameGradients(
                    model,
                    config,
                    collector -> {
                        NDManager manager = model.model().getNDManager().newSubManager();
                        NDList tokens = Passes.tokens(model, manager, 2, 5);
                        collector.backward(Passes.loss(Passes.training(model, tokens)));
                    });
        }
    }

    /** Far from zero, where Q is computed in another way. */
    @ParameterizedTest
    @EnumSource(names = {"CAYLEY", "EXPONENTIAL", "GIVENS"})
    void areRightForLongParameters(OrthogonalMap map) throws IOException {
        for (float factor : new float[] {100, 1e8f}) {
            AdapterConfig config =
                    CompoundConfig.builder().optOrders(1, 2).optBlocks(1).optMap(map).build();
            try (AdaptedModel model = open(ONCE)) {
                model.add("a", config);
                Passes.perturb(model, "a", 1);
                for (Parameter parameter : model.adapter("a").parameters().values()) {
                    NDArray values = parameter.getArray();
                    parameter.freeze(true);
                    values.muli(factor);
                    parameter.freeze(false);
                }
                model.refresh();
                assertSameGradients(model, collector -> collector.backward(loss(output(model, 1))));
            }
        }
    }

    @Test
    void leaveNothingBehindWithoutABackwardPass() throws IOException {
        try (AdaptedModel model = open(ONCE)) {
            model.add("a", config("compound"));
            NDManager owner = model.baseParameters().values().iterator().next().getManager();
            try (Trainer trainer = trainer(model)) {
                passWithoutBackward(model, trainer); // which makes what stays with the adapter
                int arrays = owner.getManagedArrays().size();
                passWithoutBackward(model, trainer);
                assertThat(owner.getManagedArrays()).hasSize(arrays);
            }
        }
    }

    private static void passWithoutBackward(AdaptedModel model, Trainer trainer) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            assertThat(collector).isNotNull();
            output(model, 1).getManager().close();
        }
    }

    @Test
    void areRefusedForASecondBackwardPassThroughTheSamePass() throws IOException {
        try (AdaptedModel model = open(ONCE)) {
            model.add("a", config("compound"));
            try (Trainer trainer = trainer(model);
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDArray output = output(model, 1);
                collector.backward(loss(output));
                NDArray again = loss(output);
                assertThatThrownBy(() -> collector.backward(again))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("add the losses up");
            }
        }
    }

    @Test
    void areRefusedForAnOutputThatALaterBackwardPassReaches() throws IOException {
        String program = LAYER.replace("-> Tensor:", "-> Tuple[Tensor, Tensor]:") + TWO_OUTPUTS;
        try (AdaptedModel model = openProgram(program, 8)) {
            model.add("a", config("compound"));
            try (Trainer trainer = trainer(model);
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDManager manager = model.model().getNDManager().newSubManager();
                NDList inputs = new NDList(manager.ones(new Shape(5, 8)));
                NDList outputs = Passes.training(model, inputs);
                collector.backward(loss(outputs.get(0)));
                NDArray later = loss(outputs.get(1));
                assertThatThrownBy(() -> collector.backward(later))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("add the losses up");
            }
        }
    }

    /** Sizes from which on the engine multiplies in other ways: rotated rows, rotated weights. */
    @ParameterizedTest
    @CsvSource({
        "mkl, 85, compound",
        "onednn, 85, compound",
        "onednn, 200, compound",
        "onednn, 85, scaled",
        "onednn, 200, scaled",
        "onednn, 200, part",
        "onednn, 85, part",
        "onednn, 200, two",
        "onednn, 200, lora",
        "mkl, 85, input",
        "onednn, 200, input",
        "onednn, 200, strided input",
        "onednn, 85, strided",
        "onednn, 200, gains",
        "onednn, 85, gains",
        "onednn, 85, strided input with gains",
        "onednn, 200, oft",
        "mkl, 85, c3a",
        "onednn, 200, c3a",
        "onednn, 200, small c3a",
        "mkl, 85, road",
        "onednn, 200, road",
        "onednn, 200, road_4"
    })
    void areRightHoweverProductsAreComputed(String matmul, int rows, String method)
            throws IOException {
        try (AdaptedModel model = open(LARGE, 256)) {
            model.setMatmul(Matmul.parse(matmul));
            model.add("a", largeConfig(method));
            Passes.perturb(model, "a", 1);
            if (method.equals("two")) {
                model.add("b", largeConfig("lora"));
                Passes.perturb(model, "b", 2);
                model.activate("a", "b");
            }
            assertSameGradients(
                    model,
                    collector -> {
                        NDArray first = output(model, 1, rows, 256);
                        NDArray second = output(model, 2, rows, 256);
                        collector.backward(loss(first.add(second)));
                    });
        }
    }

    private static AdapterConfig largeConfig(String method) {
        return switch (method) {
            case "scaled" ->
                    CompoundConfig.builder()
                            .optOrders(1, 2)
                            .optBlockSize(64)
                            .optScaling(true)
                            .build();
            // the last coordinates are left alone, and parts of blocks are multiplied one by one
            case "part" -> CompoundConfig.builder().optOrders(1, 3).optBlockSize(170).build();
            case "input" -> ours().optSide(RotatedSide.INPUT).build();
            case "strided input" ->
                    ours().optBlockSize(50).optSide(RotatedSide.INPUT).optStrided(true).build();
            case "strided" -> ours().optBlockSize(170).optStrided(true).build();
            case "gains" -> ours().optGains(true).optScaling(true).build();
            case "strided input with gains" ->
                    ours().optSide(RotatedSide.INPUT).optStrided(true).optGains(true).build();
            case "lora" -> LoraConfig.builder().optRank(4).build();
            case "c3a" -> C3aConfig.builder().optBlockSize(64).build();
            case "small c3a" -> C3aConfig.builder().optBlockSize(4).build();
            case "road" -> RoadConfig.builder().build();
            case "road_4" -> RoadConfig.builder().optVariant(RoadVariant.ROAD_4).build();
            case "oft" -> OftConfig.builder().optBlockSize(16).build();
            default -> CompoundConfig.builder().optOrders(1, 2).optBlockSize(64).build();
        };
    }

    private static CompoundConfig.Builder ours() {
        return CompoundConfig.builder().optOrders(1, 2).optBlockSize(64);
    }

    private static AdapterConfig config(String method) {
        CompoundConfig.Builder compound = CompoundConfig.builder().optOrders(1, 2).optBlocks(1);
        return switch (method) {
            case "lora" -> LoraConfig.builder().optRank(2).build();
            case "input" -> compound.optSide(RotatedSide.INPUT).optGains(true).build();
            case "c3a" -> C3aConfig.builder().optBlockSize(4).build();
            case "road" -> RoadConfig.builder().optGroupSize(4).build();
            default -> compound.build();
        };
    }

    private void assertSameGradients(
            String forward, AdapterConfig config, BiConsumer<GradientCollector, AdaptedModel> step)
            throws IOException {
        try (AdaptedModel model = open(forward)) {
            assertSameGradients(model, config, collector -> step.accept(collector, model));
        }
    }

    private static void assertSameGradients(
            AdaptedModel model, AdapterConfig config, Consumer<GradientCollector> step) {
        model.add("a", config);
        Passes.perturb(model, "a", 1);
        assertSameGradients(model, step);
    }

    private static void assertSameGradients(AdaptedModel model, Consumer<GradientCollector> step) {
        try (Trainer trainer = trainer(model)) {
            try (GradientCollector collector =
                    trainer.getManager().getEngine().newGradientCollector()) {
                step.accept(collector);
            }
            NDList autograd = gradients(model);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                step.accept(collector);
            }
            NDList both = gradients(model);
            for (int i = 0; i < both.size(); i++) {
                assertThat(autograd.get(i).abs().max().getFloat()).isPositive();
                NDArray custom = both.get(i).sub(autograd.get(i));
                assertThat(Passes.difference(custom, autograd.get(i))).isLessThan(FLOAT32);
            }
        }
    }

    private static Trainer trainer(AdaptedModel model) {
        return model.newTrainer(
                new DefaultTrainingConfig(Loss.l2Loss()).optDevices(new Device[] {Device.cpu()}));
    }

    private static NDList gradients(AdaptedModel model) {
        NDList gradients = new NDList();
        for (Parameter parameter : model.adapter("a").parameters().values()) {
            gradients.add(parameter.getArray().getGradient().duplicate());
        }
        return gradients;
    }

    private static NDArray output(AdaptedModel model, long seed) {
        return output(model, seed, 5, 8);
    }

    private static NDArray output(AdaptedModel model, long seed, int rows, int inputs) {
        Random random = new Random(seed);
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NDManager manager = model.model().getNDManager().newSubManager();
        return Passes.training(model, new NDList(manager.create(values, new Shape(rows, inputs))))
                .get(0);
    }

    private static NDArray loss(NDArray output) {
        return Passes.loss(new NDList(output));
    }

    private AdaptedModel open(String forward) throws IOException {
        return open(forward, 8);
    }

    private AdaptedModel open(String forward, int size) throws IOException {
        return openProgram(LAYER + forward, size);
    }

    private AdaptedModel openProgram(String program, int size) throws IOException {
        Random random = new Random(7);
        ByteBuffer weight = ByteBuffer.allocate(4 * size * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size * size; i++) {
            // as small as keeps results of one size
            weight.putFloat((float) (random.nextGaussian() * Math.sqrt(8.0 / size)));
        }
        Path directory = Files.createDirectories(folder.resolve("model"));
        ScriptArchive.builder("Layer", program)
                .optTensor("weight", DataType.FLOAT32, new Shape(size, size), weight.flip())
                .write(directory.resolve("model.pt"));
        Files.writeString(directory.resolve("config.json"), "{}");
        return AdaptedModel.open(directory);
    }
}
