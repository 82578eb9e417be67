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
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.data.TextData;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.ProgressListener;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What other threads predict while a model trains: bit for bit what one step's parameters give. */
@Timeout(60)
class PredictionsDuringTrainingTest {

    private static final int STEPS = 5;
    private static final String SAVED = "encoder.layer.1.output.LayerNorm";

    @TempDir private Path folder;

    /** How a loop trains: each way to get trainers, and loops without one. */
    private enum Loop {
        TRAINER_OF_THE_ADAPTED_MODEL,
        TRAINER_OF_DJL,
        NO_TRAINER,
        NO_TRAINER_BUT_UPDATE
    }

    static Stream<Named<MethodConfig.Builder<?>>> methods() {
        return Stream.of(
                Named.of(
                        "compound",
                        CompoundConfig.builder().optOrders(1, 2).optBlockSize(16).optScaling(true)),
                Named.of("LoRA", LoraConfig.builder().optRank(4)),
                Named.of("OFT", OftConfig.builder().optBlockSize(8)),
                Named.of("BOFT", BoftConfig.builder().optBlockSize(8)));
    }

    static Stream<Arguments> loops() {
        return Stream.of(Loop.TRAINER_OF_THE_ADAPTED_MODEL, Loop.TRAINER_OF_DJL)
                .flatMap(loop -> methods().map(method -> Arguments.of(loop, method)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("loops")
    void everyPredictionSeesTheParametersOfOneStep(Loop loop, MethodConfig.Builder<?> method)
            throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            AdapterConfig config =
                    method.optTargets(Targets.allLinear()).optModulesToSave(List.of(SAVED)).build();
            HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.MEAN);
            model.add("a", config, head);
            model.add("b", LoraConfig.builder().optRank(2).build(), head);

            assertSeesStepsOnly(loop, model, inputs);
        }
    }

    @ParameterizedTest
    @EnumSource
    void soItIsForNativeBlocks(Loop loop) throws Exception {
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < 4; i++) {
            block.add(Linear.builder().setUnits(32).build()).add(Activation.tanhBlock());
        }
        block.add(Linear.builder().setUnits(2).build());
        Model blocks = Model.newInstance("blocks", Device.cpu(), "PyTorch");
        block.initialize(blocks.getNDManager(), DataType.FLOAT32, new Shape(2, 32));
        blocks.setBlock(block);
        try (AdaptedModel model = AdaptedModel.of(blocks);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = new NDList(manager.randomNormal(new Shape(2, 32)));
            for (String name : List.of("a", "b")) {
                model.add(
                        name,
                        LoraConfig.builder().optRank(2).optTargets(Targets.allLinear()).build());
            }

            assertSeesStepsOnly(loop, model, inputs);
        }
    }

    private static void assertSeesStepsOnly(Loop loop, AdaptedModel model, NDList inputs)
            throws Exception {
        NDArray labels = inputs.head().getManager().create(new long[] {0, 1});
        Observed observed = new Observed(model, inputs);
        try (observed) {
            observed.record();
            train(
                    loop,
                    model,
                    inputs,
                    labels,
                    () -> {
                        observed.record();
                        return observed.steps() <= STEPS || !observed.sawSteps();
                    });
        }
        observed.assertStepsOnly();
        Function<NDList, byte[]> predict = x -> Passes.bytes(model.predict(x).head());
        byte[] last = observed.last();
        if (loop == Loop.NO_TRAINER) {
            // nothing has told the model that the loop has ended, but the thread that trains knows
            assertThat(predict.apply(inputs)).isEqualTo(last);
        }
        assertThat(CompletableFuture.supplyAsync(() -> predict.apply(inputs)).get())
                .isEqualTo(last);
    }

    /** Tells after each step whether there is another one. */
    private interface Between {
        boolean goesOn();
    }

    private static void train(
            Loop loop, AdaptedModel model, NDList inputs, NDArray labels, Between between) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(new SlowOptimizer());
        switch (loop) {
            case NO_TRAINER -> trainWithoutTrainer(Runnable::run, model, inputs, labels, between);
            case NO_TRAINER_BUT_UPDATE ->
                    trainWithoutTrainer(model::update, model, inputs, labels, between);
            case TRAINER_OF_DJL ->
                    train(new Trainer(model.model(), config), inputs, labels, between);
            default -> train(model.newTrainer(config), inputs, labels, between);
        }
    }

    private static void train(Trainer opened, NDList inputs, NDArray labels, Between between) {
        try (Trainer trainer = opened) {
            boolean goesOn = true;
            while (goesOn) {
                try (NDManager scope = trainer.getManager().newSubManager()) {
                    EasyTrain.trainBatch(
                            trainer,
                            new Batch(
                                    scope,
                                    copy(inputs, scope),
                                    copy(new NDList(labels), scope),
                                    2,
                                    Batchifier.STACK,
                                    Batchifier.STACK,
                                    0,
                                    1));
                    trainer.step();
                }
                goesOn = between.goesOn();
            }
        }
    }

    private static void trainWithoutTrainer(
            Consumer<Runnable> updates,
            AdaptedModel model,
            NDList inputs,
            NDArray labels,
            Between between) {
        SlowOptimizer optimizer = new SlowOptimizer();
        NDManager manager = inputs.head().getManager();
        boolean goesOn = true;
        while (goesOn) {
            try (NDManager scope = manager.newSubManager();
                    GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDList outputs =
                        model.block()
                                .forward(
                                        new ParameterStore(scope, false),
                                        copy(inputs, scope),
                                        true);
                collector.backward(
                        Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), outputs));
            }
            updates.accept(() -> update(optimizer, model.block().getParameters()));
            goesOn = between.goesOn();
        }
    }

    private static void update(Optimizer optimizer, ParameterList parameters) {
        for (Parameter parameter : parameters.values()) {
            NDArray array = parameter.getArray();
            optimizer.update(parameter.getId(), array, array.getGradient());
        }
    }

    private static NDList copy(NDList arrays, NDManager owner) {
        NDList copies = new NDList(arrays.stream().map(NDArray::duplicate).toList());
        copies.attach(owner);
        return copies;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void soItIsBesideAFineTuner(MethodConfig.Builder<?> method) throws Exception {
        AdapterConfig config = method.optTargets(Targets.allLinear()).build();
        TextData data = texts();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            Observed[] observed = new Observed[1];
            ProgressListener listener =
                    new ProgressListener() {
                        @Override
                        public void onStart(int stepsPerEpoch, int epochs) {
                            model.activate("default");
                            observed[0] = new Observed(model, inputs, "default");
                            observed[0].record();
                        }

                        @Override
                        public void onStep(int epoch, int step, double loss) {
                            observed[0].record();
                        }
                    };
            FineTuner.builder()
                    .setModel(model)
                    .setConfig(config)
                    .setTrain(data)
                    .setDev(data)
                    .setOutput(folder.resolve("adapter"))
                    .optBatchSize(4)
                    .optEpochs(4)
                    .optLearningRate(0.02)
                    .optListener(listener)
                    .build()
                    .run();
            observed[0].close();
            observed[0].assertStepsOnly();
        }
    }

    private TextData texts() throws IOException {
        StringBuilder text = new StringBuilder("label\tsentence1\n");
        for (int row = 0; row < 24; row++) {
            text.append(row % 2 == 0 ? "no\ta b\n" : "yes\tc d e\n");
        }
        return TextData.read(Files.writeString(folder.resolve("texts.tsv"), text));
    }

    /** Adam, slowly, so that passes of other threads fall between its changes. */
    private static final class SlowOptimizer extends Optimizer {

        private final Optimizer adam =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();

        SlowOptimizer() {
            super(Optimizer.adam());
        }

        @Override
        public void update(String parameterId, NDArray weight, NDArray gradient) {
            adam.update(parameterId, weight, gradient);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(300));
        }
    }

    /** Three threads that predict, what they got, and the parameters after every step. */
    private static final class Observed implements AutoCloseable {

        private static final int THREADS = 3;

        private final AdaptedModel model;
        private final Adapter adapter;
        private final List<Function<AdaptedModel, NDList>> predictions;
        private final List<List<NDArray>> steps = new ArrayList<>();
        private final List<Set<String>> seen = new ArrayList<>();
        private final NDManager manager;
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final List<CompletableFuture<Void>> running = new ArrayList<>();
        private final AtomicBoolean ended = new AtomicBoolean();

        Observed(AdaptedModel model, NDList inputs) {
            this(model, inputs, "a");
        }

        Observed(AdaptedModel model, NDList inputs, String name) {
            this.model = model;
            adapter = model.adapter(name);
            manager = inputs.head().getManager();
            String other = model.names().get(model.names().size() - 1);
            predictions =
                    List.of(m -> m.predict(inputs), m -> m.predict(inputs, List.of(other, name)));
            for (int i = 0; i < THREADS; i++) {
                Set<String> own = ConcurrentHashMap.newKeySet();
                seen.add(own);
                Function<AdaptedModel, NDList> prediction = prediction(i);
                running.add(CompletableFuture.runAsync(() -> predict(prediction, own), threads));
            }
        }

        private Function<AdaptedModel, NDList> prediction(int thread) {
            return predictions.get(thread == THREADS - 1 ? 1 : 0);
        }

        private void predict(Function<AdaptedModel, NDList> prediction, Set<String> own) {
            while (!ended.get()) {
                try (NDList outputs = prediction.apply(model)) {
                    own.add(hex(Passes.bytes(outputs.head())));
                }
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            }
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }

        void record() {
            List<NDArray> values = new ArrayList<>();
            for (Parameter parameter : adapter.parameters().values()) {
                NDArray copy = parameter.getArray().stopGradient().duplicate();
                copy.attach(manager);
                values.add(copy);
            }
            steps.add(values);
        }

        int steps() {
            return steps.size();
        }

        boolean sawSteps() {
            return seen.stream().allMatch(own -> own.size() > 2);
        }

        @Override
        public void close() {
            ended.set(true);
            running.forEach(CompletableFuture::join);
            threads.shutdown();
        }

        byte[] last() {
            return give(steps.get(steps.size() - 1), predictions.get(0));
        }

        void assertStepsOnly() {
            assertThat(sawSteps()).isTrue();
            List<Set<String>> given = new ArrayList<>();
            for (Function<AdaptedModel, NDList> prediction : predictions) {
                Set<String> all = new HashSet<>();
                steps.forEach(step -> all.add(hex(give(step, prediction))));
                given.add(all);
            }
            for (int i = 0; i < THREADS; i++) {
                Set<String> steps = given.get(i == THREADS - 1 ? 1 : 0);
                assertThat(seen.get(i)).as("outputs of thread %s", i).isSubsetOf(steps);
            }
        }

        private byte[] give(List<NDArray> step, Function<AdaptedModel, NDList> prediction) {
            int i = 0;
            for (Parameter parameter : adapter.parameters().values()) {
                WeightAdapter.set(parameter.getArray(), step.get(i++));
            }
            model.refresh();
            try (NDList outputs = prediction.apply(model)) {
                return Passes.bytes(outputs.head());
            }
        }
    }
}
