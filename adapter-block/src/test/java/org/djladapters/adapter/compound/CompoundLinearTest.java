/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.djladapters.adapter.Fitting.IN;
import static org.djladapters.adapter.Fitting.OUT;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.ManagerFixture;
import org.djladapters.adapter.Fitting;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompoundLinearTest extends ManagerFixture {

    /** Float32 rounding of sums of some ten products in two orders: 16 units in the last place. */
    private static final float FLOAT = 16 * Math.ulp(1f);

    /** Float64 rounding of some ten products of size one, with a factor of hundred to spare. */
    private static final double DOUBLE = 1e-13;

    private static CompoundLinear.Builder layer() {
        return CompoundLinear.builder().setUnits(OUT).optOrders(1, 2).optBlocks(2);
    }

    private static void turn(Block block) {
        block.setInitializer(new NormalInitializer(0.3f), p -> p.getName().startsWith("compound"));
    }

    private Linear base(boolean bias) {
        Linear base = Linear.builder().setUnits(OUT).optBias(bias).build();
        base.setInitializer(new NormalInitializer(1), p -> true);
        base.initialize(manager, DataType.FLOAT32, new Shape(1, IN));
        return base;
    }

    @Test
    void startsAsThePlainLayer() {
        for (boolean bias : new boolean[] {true, false}) {
            Linear base = base(bias);
            CompoundLinear layer = layer().optBase(base).build();
            layer.initialize(manager, DataType.FLOAT32, new Shape(1, IN));
            NDArray x = manager.randomNormal(new Shape(4, IN));

            NDArray y = Fitting.output(layer, x);

            // the products are the same; the bias is added after them rather than with them
            assertThat(y.allClose(Fitting.output(base, x), FLOAT, FLOAT, false)).isTrue();
            assertThat(layer.getParameters().size()).isEqualTo(bias ? 3 : 2);
        }
    }

    @Test
    void sharesTheWeightsOfItsBase() {
        Linear base = base(true);
        CompoundLinear layer = layer().setUnits(99).optBase(base).setUnits(98).build();
        layer.initialize(manager, DataType.FLOAT32, new Shape(1, IN));

        for (String name : List.of("weight", "bias")) {
            assertThat(layer.getDirectParameters().get(name).getArray())
                    .isSameAs(base.getDirectParameters().get(name).getArray());
        }
        assertThat(layer.getOutputShapes(new Shape[] {new Shape(2, IN)}))
                .containsExactly(new Shape(2, OUT));
    }

    @Test
    void mergesIntoAWeightOfTheSameOutput() {
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(2, 1)
                        .optBlocks(2)
                        .optChain(3)
                        .optOffsets(true)
                        .optScaling(true)
                        .build();
        CompoundLinear layer = CompoundLinear.builder().setUnits(OUT).optConfig(config).build();
        layer.setInitializer(new NormalInitializer(0.3f), p -> true);
        layer.initialize(manager, DataType.FLOAT64, new Shape(1, IN));
        NDArray x = manager.randomNormal(new Shape(4, IN), DataType.FLOAT64);

        NDArray merged = layer.mergedWeight(manager);

        assertThat(merged.getShape()).isEqualTo(new Shape(OUT, IN));
        assertThat(merged.hasGradient()).isFalse();
        NDArray bias = layer.getDirectParameters().get("bias").getArray();
        NDArray expected = Linear.linear(x, merged, bias).singletonOrThrow();
        assertThat(Fitting.output(layer, x).allClose(expected, DOUBLE, DOUBLE, false)).isTrue();
    }

    @Test
    void takesInputsOfAnyRank() {
        CompoundLinear layer = layer().build();
        turn(layer);
        layer.initialize(manager, DataType.FLOAT32, new Shape(2, 3, IN));
        NDArray x = manager.randomNormal(new Shape(2, 3, IN));

        NDArray y = Fitting.output(layer, x);

        assertThat(y.getShape()).isEqualTo(new Shape(2, 3, OUT));
        assertThat(layer.getOutputShapes(new Shape[] {x.getShape()})).containsExactly(y.getShape());
        NDArray flat = Fitting.output(layer, x.reshape(6, IN));
        assertThat(y.allClose(flat.reshape(2, 3, OUT), FLOAT, FLOAT, false)).isTrue();
        NDArray row = Fitting.output(layer, x.get("0,0"));
        assertThat(row.getShape()).isEqualTo(new Shape(OUT));
        assertThat(row.allClose(flat.get(0), FLOAT, FLOAT, false)).isTrue();
    }

    @Test
    void computesInDoublePrecision() {
        CompoundLinear layer = layer().build();
        turn(layer);
        layer.initialize(manager, DataType.FLOAT64, new Shape(1, IN));

        assertThat(layer.getParameters().values())
                .allMatch(p -> p.getArray().getDataType() == DataType.FLOAT64);
        NDArray x = manager.randomNormal(new Shape(4, IN), DataType.FLOAT64);
        assertThat(Fitting.output(layer, x).getDataType()).isEqualTo(DataType.FLOAT64);
    }

    @Test
    void keepsTheRotationInSinglePrecisionInAHalfNetwork() {
        CompoundLinear layer = layer().build();
        layer.initialize(manager, DataType.FLOAT16, new Shape(1, IN));

        assertThat(layer.getParameters().get("01rotation_compound").getArray().getDataType())
                .isEqualTo(DataType.FLOAT32);
        NDArray x = manager.randomNormal(new Shape(4, IN)).toType(DataType.FLOAT16, false);
        assertThat(Fitting.output(layer, x).getDataType()).isEqualTo(DataType.FLOAT16);
        assertThat(layer.mergedWeight(manager))
                .isEqualTo(layer.getDirectParameters().get("weight").getArray());
    }

    @Test
    void trainsInASequenceOfStockBlocks() throws Exception {
        SequentialBlock net =
                new SequentialBlock()
                        .add(CompoundLinear.builder().setUnits(20).optOrders(1, 2).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(OUT).build());
        try (Model model = Fitting.model(net)) {
            Optimizer adam =
                    Optimizer.adam()
                            .optLearningRateTracker(Tracker.fixed(0.01f))
                            .optWeightDecays(0.001f)
                            .optClipGrad(1f)
                            .build();

            List<Double> losses = Fitting.fit(model, adam, 20, new Shape(1, IN));

            assertThat(losses.get(1)).isLessThan(0.8 * losses.get(0));
        }
    }

    @Test
    void onlyTheRotationTrainsWhereTheBaseIsFrozen() throws Exception {
        CompoundLinear layer = layer().optBase(base(true)).optFrozen(true).build();
        try (Model model = Fitting.model(new SequentialBlock().add(layer))) {
            Map<String, NDArray> before =
                    Map.of("weight", copy(layer, "weight"), "bias", copy(layer, "bias"));

            List<Double> losses = Fitting.fit(model, adam(0.05f), 10, new Shape(1, IN));

            assertThat(losses.get(1)).isLessThan(losses.get(0));
            before.forEach(
                    (name, array) ->
                            assertThat(layer.getDirectParameters().get(name).getArray())
                                    .isEqualTo(array));
            NDArray rotation = layer.getParameters().get("01rotation_compound").getArray();
            assertThat(rotation.abs().max().getFloat()).isPositive();
        }
    }

    @Test
    void theBaseTrainsTooWhereItIsNotFrozen() throws Exception {
        CompoundLinear layer = layer().optBase(base(true)).build();
        try (Model model = Fitting.model(layer)) {
            NDArray before = copy(layer, "weight");

            Fitting.fit(model, adam(0.05f), 1, new Shape(1, IN));

            assertThat(layer.getDirectParameters().get("weight").getArray()).isNotEqualTo(before);
        }
    }

    @Test
    void aSavedModelLoadsIntoANewOneWithTheSameOutputs(@TempDir Path folder) throws Exception {
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(1, 2)
                        .optBlocks(2)
                        .optScaling(true)
                        .optMap(OrthogonalMap.MATRIX)
                        .build();
        try (Model trained = Fitting.model(net(config));
                Model loaded = Fitting.model(net(config))) {
            Fitting.fit(trained, adam(0.05f), 3, new Shape(1, IN));
            trained.save(folder, "net");
            loaded.load(folder, "net");

            NDArray x = manager.randomNormal(new Shape(3, IN));
            assertThat(Fitting.output(loaded.getBlock(), x))
                    .isEqualTo(Fitting.output(trained.getBlock(), x));
            assertThat(loaded.getBlock()).hasToString(trained.getBlock().toString());
            // and trains on
            List<Double> losses = Fitting.fit(loaded, adam(0.01f), 10, new Shape(1, IN));
            assertThat(losses.get(1)).isLessThan(losses.get(0));
        }
    }

    private static Block net(CompoundConfig config) {
        return new SequentialBlock()
                .add(CompoundLinear.builder().setUnits(14).optConfig(config).build())
                .add(Activation.tanhBlock())
                .add(CompoundLinear.builder().setUnits(OUT).optConfig(config).build());
    }

    @Test
    void canBeClearedAndUsedWithAnotherManager() {
        CompoundLinear layer = layer().build();
        try (NDManager first = NDManager.newBaseManager("PyTorch")) {
            layer.initialize(first, DataType.FLOAT32, new Shape(1, IN));
            Fitting.output(layer, first.ones(new Shape(1, IN)));
            layer.clear();
        }

        layer.initialize(manager, DataType.FLOAT32, new Shape(1, IN));

        assertThat(Fitting.output(layer, manager.ones(new Shape(1, IN))).getShape())
                .isEqualTo(new Shape(1, OUT));
    }

    @Test
    void describesItself() {
        assertThat(layer().build())
                .hasToString(
                        "CompoundLinear(12, CompoundAdapter(orders 1+2, 2 blocks of 6, n = 3,"
                                + " cayley))");
    }

    @Test
    void namesItsParameters() {
        CompoundLinear layer = layer().optFrozen(true).build();

        assertThat(layer.getParameters().keys())
                .containsExactly("weight", "bias", "01rotation_compound");
        assertThat(layer.getParameters().values().stream().filter(Parameter::requiresGradient))
                .extracting(Parameter::getName)
                .containsExactly("compound");
    }

    @Test
    void refusesMissingUnitsAndOrders() {
        assertThatThrownBy(() -> CompoundLinear.builder().optOrders(1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The units of the layer must be at least 1, got 0");
        assertThatThrownBy(() -> CompoundLinear.builder().setUnits(OUT).optOrders().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Set the orders of the compound adapter, such as 1, 2");
    }

    private static Optimizer adam(float rate) {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(rate)).build();
    }

    private NDArray copy(CompoundLinear layer, String name) {
        NDArray copy = layer.getDirectParameters().get(name).getArray().duplicate();
        copy.attach(manager);
        return copy;
    }
}
