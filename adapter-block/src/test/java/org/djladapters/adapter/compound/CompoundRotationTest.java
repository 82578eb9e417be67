/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.djladapters.adapter.Fitting.OUT;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.ManagerFixture;
import org.djladapters.adapter.Fitting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompoundRotationTest extends ManagerFixture {

    /** Float32 rounding of the norm of twelve numbers, rotated: 16 units in the last place. */
    private static final float FLOAT = 16 * Math.ulp(1f);

    private static final CompoundConfig CONFIG =
            CompoundConfig.builder().optOrders(1, 2).optBlocks(2).build();

    @Test
    void aFreshOneIsTheIdentity() {
        CompoundRotation rotation = new CompoundRotation(CONFIG);
        rotation.initialize(manager, DataType.FLOAT32, new Shape(1, OUT));
        NDArray x = manager.randomNormal(new Shape(5, OUT));

        assertThat(Fitting.output(rotation, x)).isEqualTo(x);
    }

    @Test
    void keepsNormsAndShapes() {
        CompoundRotation rotation = new CompoundRotation(CONFIG);
        rotation.initialize(manager, DataType.FLOAT32, new Shape(2, 3, OUT));
        NDArray parameters = rotation.getParameters().valueAt(0).getArray();
        parameters.addi(manager.randomNormal(parameters.getShape()));
        NDArray x = manager.randomNormal(new Shape(2, 3, OUT));

        NDArray y = Fitting.output(rotation, x);

        assertThat(y).isNotEqualTo(x);
        assertThat(y.getShape()).isEqualTo(x.getShape());
        assertThat(rotation.getOutputShapes(new Shape[] {x.getShape()}))
                .containsExactly(x.getShape());
        NDArray norms = x.norm(new int[] {2});
        assertThat(y.norm(new int[] {2}).allClose(norms, FLOAT, FLOAT, false)).isTrue();
    }

    @Test
    void initializesOnceAndAgainWithoutHarm() {
        CompoundRotation rotation = new CompoundRotation(CONFIG);
        rotation.initialize(manager, DataType.FLOAT64, new Shape(1, OUT));
        rotation.initialize(manager, DataType.FLOAT64, new Shape(7, OUT));

        assertThat(rotation.getParameters().keys()).containsExactly("01rotation_compound");
        assertThat(rotation.getParameters().valueAt(0).getArray().getDataType())
                .isEqualTo(DataType.FLOAT64);
    }

    @Test
    void trainsAndLoadsInASequenceOfStockBlocks(@TempDir Path folder) throws Exception {
        try (Model trained = Fitting.model(net());
                Model loaded = Fitting.model(net())) {
            Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.05f)).build();
            List<Double> losses = Fitting.fit(trained, adam, 10, new Shape(1, Fitting.IN));
            assertThat(losses.get(1)).isLessThan(losses.get(0));
            assertThat(rotationOf(trained).abs().max().getFloat()).isPositive();

            trained.save(folder, "net");
            loaded.load(folder, "net");

            NDArray x = manager.randomNormal(new Shape(3, Fitting.IN));
            assertThat(Fitting.output(loaded.getBlock(), x))
                    .isEqualTo(Fitting.output(trained.getBlock(), x));
            assertThat(loaded.getBlock().getChildren().valueAt(1))
                    .hasToString(trained.getBlock().getChildren().valueAt(1).toString());
        }
    }

    private static Block net() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(OUT).build())
                .add(new CompoundRotation(CONFIG));
    }

    private static NDArray rotationOf(Model model) {
        return model.getBlock()
                .getParameters()
                .get("02CompoundRotation_01rotation_compound")
                .getArray();
    }

    @Test
    void refusesOrdersThatDoNotFitTheInput() {
        CompoundRotation rotation = new CompoundRotation(CONFIG);

        assertThatThrownBy(() -> rotation.initialize(manager, DataType.FLOAT32, new Shape(1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need a block size of at least 6");
    }

    @Test
    void describesItself() {
        CompoundRotation rotation = new CompoundRotation(CONFIG);
        assertThat(rotation)
                .hasToString(
                        "CompoundRotation(compound(orders [1, 2], blocks 2, targets all-linear))");

        rotation.initialize(manager, DataType.FLOAT32, new Shape(1, OUT));

        assertThat(rotation)
                .hasToString(
                        "CompoundRotation(CompoundAdapter(orders 1+2, 2 blocks of 6, n = 3,"
                                + " cayley))");
    }
}
