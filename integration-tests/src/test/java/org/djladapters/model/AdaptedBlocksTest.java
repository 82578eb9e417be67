/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Map;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.compound.CompoundConfig;
import org.junit.jupiter.api.Test;

/** Adapters on trees of DJL's own Blocks. */
class AdaptedBlocksTest {

    @Test
    void adaptsLinearLayersAndConvolutions() {
        Block net =
                new SequentialBlock()
                        .add(conv(8, 1))
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(conv(8, 4))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(16).build())
                        .add(Dropout.builder().optRate(0.5f).build())
                        .add(Linear.builder().setUnits(4).build());
        try (AdaptedModel model = adapted(net, new Shape(2, 3, 6, 6));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            // the grouped convolution is not among them
            assertThat(model.targetModules())
                    .extracting(TargetModule::kind)
                    .containsExactly(
                            WeightSpec.Kind.CONV2D, WeightSpec.Kind.LINEAR, WeightSpec.Kind.LINEAR);
            String[] names =
                    model.targetModules().stream().map(TargetModule::path).toArray(String[]::new);
            model.add(
                    "a",
                    CompoundConfig.builder().optOrders(1).optTargets(Targets.of(names)).build());
            manager.getEngine().setRandomSeed(1);
            NDList x = new NDList(manager.randomNormal(new Shape(4, 3, 6, 6)));
            assertTrains(model, x, manager.create(new long[] {0, 1, 2, 3}));
        }
    }

    @Test
    void adaptsATransformer() {
        BertBlock bert =
                BertBlock.builder()
                        .setTokenDictionarySize(50)
                        .optEmbeddingSize(16)
                        .optTransformerBlockCount(2)
                        .optAttentionHeadCount(2)
                        .optMaxSequenceLength(8)
                        .build();
        Shape tokens = new Shape(2, 8);
        try (AdaptedModel model = adapted(bert, tokens, tokens, tokens);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", CompoundConfig.builder().optOrders(1, 2).optBlockSize(16).build());
            NDArray ids = manager.arange(16).reshape(tokens).toType(DataType.INT64, false);
            NDArray zeros = ids.mul(0);
            NDList inputs = new NDList(ids, zeros, zeros.add(1));
            NDList base = model.predict(inputs);
            Passes.perturb(model, "a", 1);
            NDList adapted = model.predict(inputs);
            assertThat(Passes.difference(adapted.get(0), base.get(0))).isGreaterThan(1e-3);
            Passes.assertClose(Passes.training(model, inputs), adapted, 1e-6);
            model.merge();
            Passes.assertBitEqual(model.predict(inputs), adapted);
            model.unmerge();
            model.activate();
            Passes.assertBitEqual(model.predict(inputs), base);
        }
    }

    @Test
    void refusesWhatItCanNotAdapt() {
        try (Model model = Model.newInstance("none", Device.cpu(), "PyTorch")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AdaptedModel.of(model))
                    .withMessageContaining("has no initialized Block");
        }
        try (AdaptedModel loaded = AdaptedModel.open(Models.directory("tiny-bert"));
                Model stock = Model.newInstance("tiny-bert", Device.cpu(), "PyTorch");
                Model model = Model.newInstance("nested", Device.cpu(), "PyTorch")) {
            stock.load(loaded.directory().orElseThrow().path(), "tiny-bert");
            model.setBlock(new Wrapper(stock.getBlock()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AdaptedModel.of(model))
                    .withMessageContaining("is an exported model");
        } catch (java.io.IOException | ai.djl.MalformedModelException e) {
            throw new AssertionError(e);
        }
    }

    /** A Block around a loaded model. */
    private static final class Wrapper extends ai.djl.nn.AbstractBlock {

        Wrapper(Block inner) {
            addChildBlock("inner", inner);
            inputShapes = new Shape[0];
        }

        @Override
        protected NDList forwardInternal(
                ai.djl.training.ParameterStore store,
                NDList inputs,
                boolean training,
                ai.djl.util.PairList<String, Object> params) {
            return inputs;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    private static Conv2d conv(int filters, int groups) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optGroups(groups)
                .build();
    }

    private static AdaptedModel adapted(Block block, Shape... shapes) {
        Model model = Model.newInstance("blocks", Device.cpu(), "PyTorch");
        block.initialize(model.getNDManager(), DataType.FLOAT32, shapes);
        model.setBlock(block);
        return AdaptedModel.of(model);
    }

    private static void assertTrains(AdaptedModel model, NDList x, NDArray labels) {
        Map<String, byte[]> bytes = Passes.baseBytes(model);
        NDList base = model.predict(x);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.02f))
                                        .build());
        float first = 0;
        float last = 0;
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(x.getShapes());
            for (int i = 0; i < 10; i++) {
                try (var collector = trainer.newGradientCollector()) {
                    NDList outputs = trainer.forward(x);
                    NDArray loss = trainer.getLoss().evaluate(new NDList(labels), outputs);
                    collector.backward(loss);
                    last = loss.getFloat();
                    first = i == 0 ? last : first;
                }
                trainer.step();
            }
        }
        assertThat(last).isLessThan(first);
        NDList adapted = model.predict(x);
        Passes.assertClose(Passes.training(model, x), adapted, 1e-6);
        model.merge();
        Passes.assertBitEqual(model.predict(x), adapted);
        model.unmerge();
        model.activate();
        Passes.assertBitEqual(model.predict(x), base);
        assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
    }
}
