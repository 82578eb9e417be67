/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.CompoundLinear;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.CompoundPlan;
import org.djladapters.rotation.programs.TransformKernel;
import org.junit.jupiter.api.Test;

/** Steps and calls leave no arrays behind. */
class NativeMemoryTest {

    private static final int ROUNDS = 1000;

    private static final int FEATURES = 32;

    private static final int ROWS = 2048;

    /**
     * A thousand forgotten activations (2048 &times; 32 floats) would be 256 MB; what the Java heap
     * keeps after a collection and the allocator's pools move by some tens.
     */
    private static final long MARGIN_KILOBYTES = 128 * 1024;

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void trainingLeavesNothingBehind() throws IOException {
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(1, 2)
                        .optBlocks(2)
                        .optChain(2)
                        .optOffsets(true)
                        .optScaling(true)
                        .build();
        CompoundLinear layer =
                CompoundLinear.builder().setUnits(FEATURES).optConfig(config).build();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            layer.initialize(manager, DataType.FLOAT32, new Shape(1, FEATURES));
            Optimizer optimizer =
                    Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-4f)).build();
            NDArray x = manager.randomNormal(new Shape(ROWS, FEATURES));
            assertSteady(manager, () -> step(layer, optimizer, x));
        }
    }

    private static void step(CompoundLinear layer, Optimizer optimizer, NDArray x) {
        try (NDManager scope = x.getManager().newSubManager()) {
            ParameterStore store = new ParameterStore(scope, false);
            NDArray batch = x.duplicate();
            batch.attach(scope);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray y = layer.forward(store, new NDList(batch), true).singletonOrThrow();
                collector.backward(y.square().mean());
            }
            for (Pair<String, Parameter> pair : layer.getParameters()) {
                NDArray array = pair.getValue().getArray();
                try (NDArray gradient = array.getGradient()) {
                    optimizer.update(pair.getKey(), array, gradient);
                    gradient.subi(gradient);
                }
            }
        }
    }

    @Test
    void inferenceLeavesNothingBehind() throws IOException {
        CompoundLinear layer =
                CompoundLinear.builder()
                        .setUnits(FEATURES)
                        .optOrders(1, 2)
                        .optBlockSize(16)
                        .build();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            layer.initialize(manager, DataType.FLOAT32, new Shape(1, FEATURES));
            NDArray x = manager.randomNormal(new Shape(ROWS, FEATURES));
            assertSteady(
                    manager,
                    () -> {
                        try (NDManager scope = manager.newSubManager()) {
                            NDArray batch = x.duplicate();
                            batch.attach(scope);
                            Fitting.output(layer, batch);
                            layer.mergedWeight(scope);
                        }
                    });
        }
    }

    @Test
    void kernelCallsLeaveOnlyTheirResults() throws IOException {
        CompoundForm form = CompoundForm.of(CompoundLayout.ofBlocks(FEATURES, 2, List.of(1, 2)));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray parameters = manager.zeros(form.parameterShape());
            NDArray scale = manager.ones(new Shape(FEATURES, 1));
            NDArray x = manager.randomNormal(new Shape(ROWS, FEATURES));
            assertSteady(
                    manager,
                    () -> {
                        try (NDManager scope = manager.newSubManager()) {
                            WeightTransform transform =
                                    CompoundKernel.transforms(
                                                    plan,
                                                    List.of(parameters),
                                                    List.of(scale),
                                                    scope)
                                            .get(0);
                            CompoundKernel.rotate(x, transform).close();
                            TransformKernel.transform(x, transform, true, scope);
                        }
                    });
        }
    }

    private static void assertSteady(NDManager manager, Runnable round) throws IOException {
        // plans are made and the allocator's pools are filled in the first rounds
        for (int i = 0; i < ROUNDS / 10; i++) {
            round.run();
        }
        int arrays = manager.getManagedArrays().size();
        long memory = residentKilobytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        assertThat(manager.getManagedArrays()).hasSize(arrays);
        assumeThat(STATUS).exists();
        assertThat(residentKilobytes() - memory).isLessThan(MARGIN_KILOBYTES);
    }

    private static long residentKilobytes() throws IOException {
        // so that the heap gives back what it grew by
        System.gc();
        if (!Files.exists(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
