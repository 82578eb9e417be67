/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training with DJL's own trainer, optimizers and listeners. */
class AdaptedTrainingTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "tiny-bert-classifier, classifier, true",
        "tiny-vit, classifier, true",
        "tiny-resnet, classifier, true",
        "tiny-bert, MEAN, false",
        "tiny-bert, CLS, false",
        "tiny-dinov2, MEAN, false",
        "tiny-dinov2, CLS, false",
        "tiny-deberta-v3, MEAN, false"
    })
    void trainsOnlyWhatItSays(String name, String head, boolean saved) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            CompoundConfig.Builder config =
                    CompoundConfig.builder().optOrders(1, 2).optBlockSize(16).optTargets(all(name));
            if (saved) {
                config.optModulesToSave(List.of(head));
                model.add("a", config.build());
            } else {
                HeadConfig.Pooling pooling = HeadConfig.Pooling.valueOf(head);
                model.add("a", config.build(), new HeadConfig(2, pooling));
            }
            Map<String, byte[]> base = Passes.baseBytes(model);
            NDList inputs = repeated(Models.runs(model, manager).get(0).inputs());
            NDList labels = new NDList(labels(manager, inputs));
            NDList before = model.predict(inputs);

            try (Trainer trainer = model.newTrainer(config())) {
                trainer.initialize(inputs.getShapes());
                assertThat(model.block().getParameters().size())
                        .isEqualTo(model.adapter("a").parameters().size());
                float first = backward(trainer, inputs, labels);
                for (Map.Entry<String, Parameter> entry :
                        model.adapter("a").parameters().entrySet()) {
                    NDArray gradient = entry.getValue().getArray().getGradient();
                    // the hidden states that a head takes do not come from the pooler
                    boolean unused = !saved && entry.getKey().startsWith("pooler.");
                    assertThat(gradient.abs().sum().getFloat() > 0)
                            .as(entry.getKey())
                            .isEqualTo(!unused);
                }
                trainer.step();
                float last = first;
                for (int i = 0; i < 14; i++) {
                    last = step(trainer, inputs, labels);
                }
                assertThat(last).isLessThan(first);
                assertThat(Passes.difference(model.predict(inputs).get(0), before.get(0)))
                        .isGreaterThan(1e-4);
                assertThat(model.block().describeInput().keys()).isEqualTo(model.inputNames());
            }
            Passes.assertClose(Passes.training(model, inputs), model.predict(inputs), 2e-5);
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(base);
            assertThat(model.toString()).contains("Adapter(a: compound").contains("active");
        }
    }

    @Test
    void savesAndLoadsLikeAnyModel() throws Exception {
        Path directory = Models.directory("tiny-bert");
        CompoundConfig config = CompoundConfig.builder().optOrders(1).optBlocks(2).build();
        try (AdaptedModel model = AdaptedModel.open(directory);
                AdaptedModel fresh = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", config, new HeadConfig(3, HeadConfig.Pooling.MEAN));
            fresh.add("a", config, new HeadConfig(3, HeadConfig.Pooling.MEAN));
            Passes.perturb(model, "a", 1);
            NDList inputs = Passes.tokens(model, manager, 2, 6);

            model.model().save(folder, "adapted");
            fresh.predict(inputs);
            fresh.model().load(folder, "adapted");

            Passes.assertBitEqual(fresh.predict(inputs), model.predict(inputs));
            try (Trainer trainer = fresh.newTrainer(config())) {
                trainer.initialize(inputs.getShapes());
                step(trainer, inputs, new NDList(labels(manager, inputs)));
            }
        }
    }

    @Test
    void fitsADatasetWithListeners() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            NDList inputs = Passes.tokens(model, manager, 8, 6);
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(inputs.toArray(NDArray[]::new))
                            .optLabels(labels(manager, inputs))
                            .setSampling(4, true)
                            .build();
            DefaultTrainingConfig config =
                    config().addEvaluator(new Accuracy())
                            .addTrainingListeners(TrainingListener.Defaults.basic());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(4, 6), new Shape(4, 6), new Shape(4, 6));
                EasyTrain.fit(trainer, 2, data, data);
                assertThat(trainer.getTrainingResult().getEpoch()).isEqualTo(2);
                assertThat(trainer.getTrainingResult().getValidateLoss()).isPositive();
            }
        }
    }

    @Test
    void droppedModulesHaveGradientsOfZero() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            NDList base = model.predict(inputs);
            model.add(
                    "a",
                    CompoundConfig.builder()
                            .optOrders(1)
                            .optBlockSize(8)
                            .optScaling(true)
                            .optModuleDropout(0.999)
                            .optTargets("query")
                            .build());
            Passes.perturb(model, "a", 2);
            manager.getEngine().setRandomSeed(3);
            // a training pass may add up in another order
            Passes.assertClose(Passes.training(model, inputs), base, 1e-5);
            assertThat(Passes.difference(model.predict(inputs).get(0), base.get(0)))
                    .isGreaterThan(1e-4);
            try (var collector = manager.getEngine().newGradientCollector()) {
                collector.backward(Passes.training(model, inputs).get(0).sum());
            }
            for (Parameter parameter : model.adapter("a").parameters().values()) {
                assertThat(parameter.getArray().getGradient().abs().sum().getFloat()).isZero();
            }
        }
    }

    @Test
    void predictionsOfAnotherThreadFollowTheOptimizer() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            try (Trainer trainer = model.newTrainer(config())) {
                trainer.initialize(inputs.getShapes());
                try (var collector = trainer.newGradientCollector()) {
                    NDArray logits = trainer.forward(inputs).get(0);
                    model.predict(inputs);
                    collector.backward(logits.square().sum());
                }
                trainer.step();
                NDList shown = model.predict(inputs);
                model.refresh();
                Passes.assertBitEqual(shown, model.predict(inputs));
            }
        }
    }

    @Test
    void refusesSeveralDevices() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            model.add("a", CompoundConfig.builder().optOrders(1).build());
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    model.newTrainer(
                                            config().optDevices(
                                                            new Device[] {
                                                                Device.cpu(), Device.of("cpu", 1)
                                                            })))
                    .withMessageContaining("the one device it was opened on, cpu()");
            model.merge();
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDList inputs = Passes.tokens(model, manager, 1, 4);
                assertThatIllegalStateException()
                        .isThrownBy(() -> Passes.training(model, inputs))
                        .withMessageContaining("unmerge them before training");
            }
        }
    }

    private static Targets all(String name) {
        return name.equals("tiny-resnet") ? Targets.of("convolution") : Targets.allLinear();
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                        Optimizer.adamW()
                                .optLearningRateTracker(
                                        Tracker.cosine()
                                                .setBaseValue(0.02f)
                                                .optFinalValue(0.01f)
                                                .setMaxUpdates(50)
                                                .build())
                                .optWeightDecays(0.01f)
                                .optClipGrad(1f)
                                .build());
    }

    /** Two rows at least, so that both labels occur. */
    private static NDList repeated(NDList inputs) {
        return new NDList(inputs.stream().map(a -> a.repeat(0, 2)).toList());
    }

    private static NDArray labels(NDManager manager, NDList inputs) {
        int rows = (int) inputs.get(0).getShape().get(0);
        long[] labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = 2L * i / rows;
        }
        return manager.create(labels);
    }

    private static float step(Trainer trainer, NDList inputs, NDList labels) {
        float loss = backward(trainer, inputs, labels);
        trainer.step();
        return loss;
    }

    private static float backward(Trainer trainer, NDList inputs, NDList labels) {
        try (NDManager manager = trainer.getManager().newSubManager();
                var collector = trainer.newGradientCollector()) {
            NDList data = new NDList(inputs.stream().map(NDArray::duplicate).toList());
            data.attach(manager);
            NDArray logits = trainer.forward(data).head();
            NDArray loss = trainer.getLoss().evaluate(labels, new NDList(logits));
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    @Test
    void trainsABatchWithEasyTrain() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            NDList inputs = Passes.tokens(model, manager, 4, 6);
            NDList labels = new NDList(labels(manager, inputs));
            try (Trainer trainer = model.newTrainer(config())) {
                trainer.initialize(inputs.getShapes());
                byte[] before = parameter(model);
                Batch batch =
                        new Batch(
                                manager.newSubManager(),
                                inputs,
                                labels,
                                4,
                                ai.djl.translate.Batchifier.STACK,
                                ai.djl.translate.Batchifier.STACK,
                                0,
                                1);
                EasyTrain.trainBatch(trainer, batch);
                trainer.step();
                assertThat(parameter(model)).isNotEqualTo(before);
            }
        }
    }

    private static byte[] parameter(AdaptedModel model) {
        return Passes.bytes(model.adapter("a").parameters().values().iterator().next().getArray());
    }
}
