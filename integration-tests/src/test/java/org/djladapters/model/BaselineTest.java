/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.junit.jupiter.api.Test;

/**
 * What trains a base model as it is, whole or its biases: the base model is still there afterwards.
 */
class BaselineTest {

    private static final String EMBEDDING = "transformer.wte.weight";
    private static final String TIED = "lm_head.weight";

    private static void assertIsReversible(
            AdaptedModel model, NDList inputs, NDList base, NDList adapted) {
        Passes.whileDisabled(model, () -> Passes.assertBitEqual(model.predict(inputs), base));
        model.merge();
        Passes.assertBitEqual(model.predict(inputs), adapted);
        Passes.whileDisabled(model, () -> Passes.assertBitEqual(model.predict(inputs), base));
        model.unmerge();
        Passes.assertBitEqual(model.predict(inputs), adapted);
        model.activate();
        Passes.assertBitEqual(model.predict(inputs), base);
        model.activate("a");
    }

    @Test
    void tiedWeightsStayTied() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-gpt2"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Adapter adapter = model.add("a", BaselineConfig.full());
            assertThat(adapter.warnings()).isEmpty();
            NDArray before = model.baseParameters().get(EMBEDDING);

            train(model, Models.runs(model, manager).get(0).inputs());

            Map<String, NDArray> merged = model.mergedWeights(manager);
            assertThat(merged.get(EMBEDDING)).isNotEqualTo(before).isEqualTo(merged.get(TIED));
        }
    }

    @Test
    void fullTrainsAHeadBesides() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.MEAN);
            Adapter adapter = model.add("a", BaselineConfig.full(), head);
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            Map<String, byte[]> before = bytes(adapter);

            List<Float> losses = train(model, inputs);

            assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
            // the hidden states that a head takes do not come from the pooler
            Map<String, byte[]> after = bytes(adapter);
            for (Map.Entry<String, byte[]> entry : before.entrySet()) {
                boolean same = java.util.Arrays.equals(entry.getValue(), after.get(entry.getKey()));
                assertThat(same).as(entry.getKey()).isEqualTo(entry.getKey().startsWith("pooler."));
            }
            assertThat(after).containsKeys("head.weight", "head.bias");
        }
    }

    private static Map<String, byte[]> bytes(Adapter adapter) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        adapter.parameters()
                .forEach((name, value) -> bytes.put(name, Passes.bytes(value.getArray())));
        return bytes;
    }

    @Test
    void nativeBlocksTrainWithoutTheirStatistics() throws Exception {
        Block shared = Linear.builder().setUnits(6).build();
        Block net =
                new SequentialBlock()
                        .add(shared)
                        .add(BatchNorm.builder().build())
                        .add(Activation::tanh)
                        .add(shared);
        Model base = Model.newInstance("blocks", Device.cpu(), "PyTorch");
        net.initialize(base.getNDManager(), DataType.FLOAT32, new Shape(4, 6));
        base.setBlock(net);
        try (AdaptedModel model = AdaptedModel.of(base);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Adapter adapter = model.add("a", BaselineConfig.full());
            manager.getEngine().setRandomSeed(1);
            NDList inputs = new NDList(manager.randomNormal(new Shape(4, 6)));
            NDList before = model.predict(inputs);
            Map<String, byte[]> bytes = Passes.baseBytes(model);

            train(model, inputs);

            // the layer that stands twice has one copy of each of its parameters
            assertThat(adapter.savedModules().keySet().stream().map(BaselineTest::lastName))
                    .containsExactlyInAnyOrder("weight", "bias", "gamma", "beta");
            NDList adapted = model.predict(inputs);
            assertThat(Passes.difference(adapted.get(0), before.get(0))).isGreaterThan(1e-3);
            // some ten summands in float32, and none of another order would reach this
            Passes.assertClose(Passes.training(model, inputs), adapted, 1e-5);
            assertIsReversible(model, inputs, before, adapted);
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
        }
    }

    private static String lastName(String parameter) {
        return parameter.substring(parameter.lastIndexOf('.') + 1);
    }

    /** Brings the first output nearer to 1, in a few steps. */
    private static List<Float> train(AdaptedModel model, NDList inputs) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build());
        List<Float> losses = new java.util.ArrayList<>();
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(inputs.getShapes());
            for (int i = 0; i < 3; i++) {
                try (var collector = trainer.newGradientCollector()) {
                    NDArray loss = trainer.forward(inputs).get(0).sub(1).square().mean();
                    collector.backward(loss);
                    losses.add(loss.getFloat());
                }
                trainer.step();
            }
        }
        return losses;
    }
}
