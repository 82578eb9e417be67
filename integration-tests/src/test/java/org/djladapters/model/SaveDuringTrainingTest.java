/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is saved while another thread trains: the parameters of one step. */
@Timeout(60)
class SaveDuringTrainingTest {

    private static final AdapterConfig LORA = LoraConfig.builder().optRank(2).build();
    private static final AdapterConfig BOFT = BoftConfig.builder().optBlockSize(8).build();

    @TempDir private Path folder;

    /** An update in one thread that meets the saving in another, each in the middle. */
    private static final class Meeting {

        private final Thread updating = Thread.currentThread();
        private volatile boolean begun;
        private volatile boolean halfUpdated;

        /** Is called in the middle of saving. */
        void inSaving() {
            begun = true;
            while (!halfUpdated && updating.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }

        /** Updates all parameters while another thread saves, and returns when both are done. */
        void update(AdaptedModel model, Runnable save) throws Exception {
            CompletableFuture<Void> saved = new CompletableFuture<>();
            Thread saving = new Thread(() -> complete(saved, save));
            saving.start();
            while (!begun && !saved.isDone()) {
                Thread.onSpinWait();
            }
            List<Parameter> parameters = List.copyOf(model.adapter("a").parameters().values());
            int half = parameters.size() / 2;
            model.update(
                    () -> {
                        parameters.subList(0, half).forEach(SaveDuringTrainingTest::setToOne);
                        halfUpdated = true;
                        while (!saved.isDone() && saving.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                        parameters
                                .subList(half, parameters.size())
                                .forEach(SaveDuringTrainingTest::setToOne);
                    });
            saved.get();
        }

        private static void complete(CompletableFuture<Void> saved, Runnable save) {
            try {
                save.run();
                saved.complete(null);
            } catch (RuntimeException e) {
                saved.completeExceptionally(e);
            }
        }
    }

    @Test
    void anAdapterIsSavedBeforeOrAfterAnUpdate() throws Exception {
        try (AdaptedModel model = withAdapter(LORA)) {
            Meeting meeting = new Meeting();
            Map<String, String> texts =
                    new AbstractMap<>() {
                        @Override
                        public Set<Entry<String, String>> entrySet() {
                            return Set.of();
                        }

                        @Override
                        public String get(Object key) {
                            meeting.inSaving();
                            return null;
                        }
                    };
            meeting.update(model, () -> save(model, "updated", texts));

            assertThat(numbers("updated", LORA)).containsOnly(1f);
        }
    }

    @Test
    void soAreTheParametersOfTheBlock() throws Exception {
        try (AdaptedModel model = withAdapter(LORA)) {
            ByteArrayOutputStream before = new ByteArrayOutputStream();
            saveBlock(model, before);
            Meeting meeting = new Meeting();
            ByteArrayOutputStream saved =
                    new ByteArrayOutputStream() {
                        @Override
                        public synchronized void write(byte[] bytes, int offset, int length) {
                            super.write(bytes, offset, length);
                            if (size() > before.size() / 4) {
                                meeting.inSaving();
                            }
                        }
                    };
            meeting.update(model, () -> saveBlock(model, saved));

            assertThat(saved.toByteArray()).isEqualTo(before.toByteArray());
        }
    }

    private static void setToOne(Parameter parameter) {
        NDArray array = parameter.getArray();
        float[] ones = new float[Math.toIntExact(array.getShape().size())];
        Arrays.fill(ones, 1);
        array.set(ones);
    }

    @Test
    void besideATrainerOfDjlTheParametersOfTheLastPassAreSaved() throws Exception {
        try (AdaptedModel model = withAdapter(BOFT)) {
            save(model, "before");
            AddingOne optimizer =
                    new AddingOne(
                            () -> CompletableFuture.runAsync(() -> save(model, "during")).join());
            TrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss())
                            .optDevices(new Device[] {Device.cpu()})
                            .optOptimizer(optimizer);
            try (Trainer trainer = new Trainer(model.model(), config)) {
                NDManager manager = trainer.getManager();
                NDList inputs = Passes.tokens(model, manager, 2, 6);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray outputs = trainer.forward(inputs).head();
                    collector.backward(outputs.sub(manager.ones(new Shape(2, 2))).square().sum());
                }
                trainer.step();
                save(model, "after");
            }

            assertThat(numbers("during", BOFT)).isEqualTo(numbers("before", BOFT));
            assertThat(numbers("after", BOFT)).isNotEqualTo(numbers("before", BOFT));
        }
    }

    /** Changes every parameter, and does something between the first and the second. */
    private static final class AddingOne extends Optimizer {

        private final Runnable between;
        private int updates;

        AddingOne(Runnable between) {
            super(Optimizer.sgd());
            this.between = between;
        }

        @Override
        public void update(String parameterId, NDArray weight, NDArray gradient) {
            updates++;
            if (updates == 2) {
                between.run();
            }
            weight.addi(1);
        }
    }

    private static AdaptedModel withAdapter(AdapterConfig config) throws Exception {
        AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
        model.add("a", config, new HeadConfig(2, HeadConfig.Pooling.MEAN));
        return model;
    }

    private void save(AdaptedModel model, String name) {
        save(model, name, Map.of());
    }

    private void save(AdaptedModel model, String name, Map<String, String> texts) {
        try {
            AdapterDirectory.save(
                    model, "a", folder.resolve(name), AdapterDirectory.Layout.PACKED, texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void saveBlock(AdaptedModel model, ByteArrayOutputStream bytes) {
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            model.block().saveParameters(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All numbers of a saved adapter, one parameter after the other. */
    private List<Float> numbers(String name, AdapterConfig config) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", folder.resolve(name));
            assertThat(model.adapter("a").config().method()).isEqualTo(config.method());
            Map<String, NDArray> values = model.values("a", manager);
            assertThat(values.keySet()).isEqualTo(model.adapter("a").parameters().keySet());
            List<Float> numbers = new ArrayList<>();
            for (NDArray value : values.values()) {
                for (float number : value.toFloatArray()) {
                    numbers.add(number);
                }
            }
            return numbers;
        }
    }
}
