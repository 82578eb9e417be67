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
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that people put together themselves: around adapted Blocks, and adapted ones. */
class ComposedBlocksTest {

    private static final int BATCH = 4;

    @TempDir Path folder;

    /** Networks of DJL's own Blocks. */
    enum Network {
        LINEAR,
        CONVOLUTION,
        NESTED,
        TRANSFORMER;

        Block newBlock() {
            return switch (this) {
                case LINEAR ->
                        new SequentialBlock().add(linear(8)).add(Activation::relu).add(linear(3));
                case CONVOLUTION ->
                        new SequentialBlock()
                                .add(convolution(8, 1))
                                .add(BatchNorm.builder().build())
                                .add(Activation::relu)
                                .add(convolution(8, 4))
                                .add(Blocks.batchFlattenBlock())
                                .add(linear(3));
                case NESTED ->
                        new SequentialBlock()
                                .add(new ParallelBlock(Network::sum, branches()))
                                .add(Blocks.batchFlattenBlock())
                                .add(new SequentialBlock().add(linear(6)).add(linear(3)));
                case TRANSFORMER ->
                        BertBlock.builder()
                                .setTokenDictionarySize(50)
                                .optEmbeddingSize(16)
                                .optTransformerBlockCount(1)
                                .optAttentionHeadCount(2)
                                .optMaxSequenceLength(8)
                                .build();
            };
        }

        private static List<Block> branches() {
            return List.of(
                    new SequentialBlock().add(convolution(4, 1)).add(Activation::tanh),
                    convolution(4, 1));
        }

        private static NDList sum(List<NDList> lists) {
            return new NDList(lists.get(0).head().add(lists.get(1).head()));
        }

        Shape[] shapes() {
            return switch (this) {
                case LINEAR -> new Shape[] {new Shape(BATCH, 5)};
                case CONVOLUTION -> new Shape[] {new Shape(BATCH, 3, 6, 6)};
                case NESTED -> new Shape[] {new Shape(BATCH, 2, 4, 4)};
                case TRANSFORMER ->
                        new Shape[] {new Shape(BATCH, 8), new Shape(BATCH, 8), new Shape(BATCH, 8)};
            };
        }

        /** Batches of inputs that have nothing to do with their labels. */
        NDList inputs(NDManager manager) {
            manager.getEngine().setRandomSeed(1);
            if (this == TRANSFORMER) {
                NDArray ids = manager.randomInteger(0, 50, shapes()[0], DataType.INT64);
                return new NDList(ids, ids.zerosLike(), ids.onesLike());
            }
            return new NDList(manager.randomNormal(shapes()[0]));
        }

        Model newModel() {
            Model model = Model.newInstance("network", Device.cpu(), "PyTorch");
            model.setBlock(newBlock());
            return model;
        }
    }

    private static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static Conv2d convolution(int filters, int groups) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .optGroups(groups)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void aNetworkIsAdaptedAfterItWasLoadedAsBefore(Network network) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = network.inputs(manager);
            Model trained = network.newModel();
            trained.getBlock().initialize(manager, DataType.FLOAT32, network.shapes());
            learn(trained.newTrainer(config()), inputs);
            trained.save(folder, "network");
            Model loaded = network.newModel();
            loaded.load(folder, "network");
            ZooModel<NDList, NDList> found =
                    Criteria.builder()
                            .setTypes(NDList.class, NDList.class)
                            .optModelPath(folder)
                            .optModelName("network")
                            .optBlock(network.newBlock())
                            .optDevice(Device.cpu())
                            .optEngine("PyTorch")
                            .build()
                            .loadModel();

            List<String> targetModules;
            NDList base;
            try (AdaptedModel model = AdaptedModel.of(trained)) {
                targetModules = model.targetModules().stream().map(TargetModule::path).toList();
                base = model.predict(inputs);
            }
            for (Model model : List.of(loaded, found)) {
                try (AdaptedModel adapted = AdaptedModel.of(model)) {
                    assertThat(adapted.targetModules())
                            .extracting(TargetModule::path)
                            .isEqualTo(targetModules);
                    Passes.assertBitEqual(adapted.predict(inputs), base);
                    assertLearnsAndSurvives(adapted, inputs);
                }
            }
        }
    }

    private void assertLearnsAndSurvives(AdaptedModel model, NDList inputs) throws IOException {
        Path directory = folder.resolve("adapter");
        String[] all =
                model.targetModules().stream().map(TargetModule::path).toArray(String[]::new);
        model.add("a", LoraConfig.builder().optRank(2).optTargets(Targets.of(all)).build());
        learn(model.newTrainer(config()), inputs);
        NDList adapted = model.predict(inputs);
        AdapterDirectory.save(model, "a", directory);
        model.delete("a");
        AdapterDirectory.load(model, "a", directory);
        Passes.assertBitEqual(model.predict(inputs), adapted);
    }

    /** Bases whose Block is the first of a network that a user composed. */
    enum Base {
        NATIVE,
        FEATURES,
        HEADED;

        AdaptedModel open() throws IOException {
            if (this == NATIVE) {
                Model model = Model.newInstance("base", Device.cpu(), "PyTorch");
                model.setBlock(Network.CONVOLUTION.newBlock());
                model.getNDManager().getEngine().setRandomSeed(3);
                model.getBlock()
                        .initialize(
                                model.getNDManager(),
                                DataType.FLOAT32,
                                Network.CONVOLUTION.shapes());
                return adapt(AdaptedModel.of(model), Targets.allLinear(), null);
            }
            return adapt(
                    AdaptedModel.open(Models.directory("tiny-bert")),
                    Targets.of("query", "value"),
                    this == HEADED ? new HeadConfig(6, HeadConfig.Pooling.MEAN) : null);
        }

        private static AdaptedModel adapt(AdaptedModel model, Targets targets, HeadConfig head) {
            model.add("a", LoraConfig.builder().optRank(2).optTargets(targets).build(), head);
            return model;
        }

        NDList inputs(NDManager manager) {
            if (this == NATIVE) {
                return Network.CONVOLUTION.inputs(manager);
            }
            NDArray ids = manager.arange(BATCH * 7).reshape(BATCH, 7).toType(DataType.INT64, false);
            return new NDList(ids, ids.onesLike(), ids.zerosLike());
        }

        SequentialBlock compose(AdaptedModel model) {
            SequentialBlock block = new SequentialBlock().add(model.block());
            if (this == FEATURES) {
                // hidden states and what the pooler makes of them
                block.add((Function<NDList, NDList>) outputs -> new NDList(outputs.get(1)));
            }
            return block.add(linear(3));
        }
    }

    @ParameterizedTest
    @EnumSource(Base.class)
    void anAdaptedBlockIsPartOfANetwork(Base base) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel adapted = base.open();
                Model composed = Model.newInstance("composed", Device.cpu(), "PyTorch")) {
            NDList inputs = base.inputs(manager);
            composed.setBlock(base.compose(adapted));
            Map<String, byte[]> frozen = Passes.baseBytes(adapted);
            try (Trainer trainer = composed.newTrainer(config())) {
                trainer.initialize(inputs.getShapes());
                Map<String, float[]> before = parameters(composed);
                train(trainer, inputs);
                assertThat(parameters(composed))
                        .hasSizeGreaterThanOrEqualTo(4)
                        .allSatisfy((name, now) -> assertThat(now).isNotEqualTo(before.get(name)));
            }
            assertThat(Passes.baseBytes(adapted)).containsExactlyEntriesOf(frozen);
            NDList predicted = predict(composed, inputs);
            composed.save(folder, "composed");

            try (AdaptedModel fresh = base.open();
                    Model loaded = Model.newInstance("composed", Device.cpu(), "PyTorch")) {
                loaded.setBlock(base.compose(fresh));
                loaded.load(folder, "composed");
                Passes.assertBitEqual(predict(loaded, inputs), predicted);
                learn(loaded.newTrainer(config()), inputs);
            }
        }
    }

    private static Map<String, float[]> parameters(Model model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.getBlock()
                .getParameters()
                .forEach(p -> values.put(p.getKey(), p.getValue().getArray().toFloatArray()));
        return values;
    }

    private static NDList predict(Model model, NDList inputs) throws Exception {
        try (var predictor = model.newPredictor(new NoopTranslator(null))) {
            return predictor.predict(inputs);
        }
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
    }

    private static void learn(Trainer trainer, NDList inputs) {
        try (trainer) {
            trainer.initialize(inputs.getShapes());
            train(trainer, inputs);
        }
    }

    /** Trains some steps, after which the loss of the same batch is smaller. */
    private static void train(Trainer trainer, NDList inputs) {
        float first = 0;
        float last = 0;
        for (int i = 0; i < 6; i++) {
            try (NDManager scope = trainer.getManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDList outputs = trainer.forward(inputs);
                NDArray labels = scope.create(new long[] {0, 1, 2, 1});
                NDList logits = new NDList(outputs.get(outputs.size() - 1));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), logits);
                collector.backward(loss);
                last = loss.getFloat();
                first = i == 0 ? last : first;
            }
            trainer.step();
        }
        assertThat(last).isLessThan(first);
    }

    @Test
    void anExportedModelThatCriteriaLoadedIsRefusedWithTheWayToOpenIt() throws Exception {
        Path directory = Models.directory("tiny-bert");
        try (ZooModel<NDList, NDList> model =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(directory)
                        .optModelName("tiny-bert")
                        .optEngine("PyTorch")
                        .optDevice(Device.cpu())
                        .build()
                        .loadModel()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AdaptedModel.of(model))
                    .withMessageContaining("open it with AdaptedModel.open(directory)")
                    .withMessageContaining(directory.toString());
        }
    }
}
