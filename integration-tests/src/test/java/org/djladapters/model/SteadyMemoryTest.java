/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.task.TaskModel;
import org.djladapters.tuning.MixedTrainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training, switching and predicting for long leave a process as large as it was. */
@EnabledIf("hasProc")
class SteadyMemoryTest {

    /** More find slower leaks: {@code .ci/run} runs this with {@code -Dsteady.rounds=1000}. */
    private static final int ROUNDS = Integer.getInteger("steady.rounds", 40);

    /** In fewer rounds what leaks is less than the margin, which does not depend on the rounds. */
    private static final int ROUNDS_FOR_RESIDENT = 200;

    private static final String BFLOAT16 = "bfloat16";

    private static final int ROWS = 16;
    private static final int TOKENS = 16;

    /**
     * The Java heap grows by some tens of megabytes between collections. The graphs of a thousand
     * steps would be hundreds; an array that is forgotten is counted where a manager owns it.
     */
    private static final long MARGIN_KILOBYTES = 64 * 1024;

    private AdaptedModel model;
    private NDManager manager;
    private NDList inputs;

    private interface Round {
        void run(int number) throws Exception;
    }

    @BeforeEach
    void open() throws Exception {
        open(AdaptedModel.open(Models.directory("tiny-bert-classifier")));
    }

    private void open(AdaptedModel opened) {
        model = opened;
        model.add("a", config("query"));
        model.add("b", config("value"));
        manager = NDManager.newBaseManager("PyTorch");
        inputs = Passes.tokens(model, manager, ROWS, TOKENS);
    }

    private static CompoundConfig config(String target) {
        return CompoundConfig.builder().optOrders(1, 2).optTargets(target).build();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    static boolean hasProc() {
        return Files.isReadable(Path.of("/proc/self/status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void trainingSteps(String way) throws Exception {
        choose(way);
        model.activate("a");
        try (Trainer trainer = model.newTrainer(training())) {
            assertSteady(ROUNDS, round -> step(trainer));
        }
    }

    @Test
    void copiesOfParametersGoWithTheTrainerOfDjlThatNeedsThem() throws Exception {
        model.activate("a");
        int during;
        try (Trainer trainer = new Trainer(model.model(), training())) {
            step(trainer);
            during = arrays();
            for (int i = 0; i < 10; i++) {
                step(trainer);
            }
            assertThat(arrays()).isEqualTo(during);
        }
        assertThat(arrays()).isEqualTo(during - model.adapter("a").parameters().size());
    }

    private static DefaultTrainingConfig training() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build());
    }

    private static void step(Trainer trainer, NDList data) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray logits = trainer.forward(data).get(0);
            NDList labels = new NDList(data.getManager().zeros(new Shape(ROWS)));
            collector.backward(trainer.getLoss().evaluate(labels, new NDList(logits)));
        }
        trainer.step();
    }

    private void step(Trainer trainer) {
        try (NDManager scope = manager.newSubManager()) {
            NDList data = new NDList(inputs.stream().map(NDArray::duplicate).toList());
            data.attach(scope);
            step(trainer, data);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void switches(String way) throws Exception {
        choose(way);
        assertSteady(ROUNDS, round -> model.activate(round % 2 == 0 ? "a" : "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void predictions(String way) throws Exception {
        choose(way);
        model.activate("a");
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
            assertSteady(10 * ROUNDS, round -> predictor.predict(inputs).close());
        }
    }

    @Test
    void batchesWhoseRowsChooseAdapters() throws Exception {
        List<String> names = ofRows("a", "b", AdaptedModel.BASE);
        assertSteady(ROUNDS, round -> model.predict(inputs, names).close());
    }

    @Test
    void stepsOfSeveralAdapters() throws Exception {
        List<String> names = ofRows("a", "b");
        try (MixedTrainer trainer =
                MixedTrainer.builder()
                        .setModel(model)
                        .setLoss(Loss.softmaxCrossEntropyLoss())
                        .build()) {
            assertSteady(
                    ROUNDS,
                    round -> {
                        try (NDManager scope = manager.newSubManager()) {
                            NDList labels = new NDList(scope.zeros(new Shape(ROWS)));
                            trainer.step(inputs, labels, names);
                        }
                    });
        }
    }

    @Test
    void adaptersThatAreLoadedReplacedAndDeleted(@TempDir Path folder) throws Exception {
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        AdapterDirectory.save(model, "b", folder.resolve("b"));
        List<String> names = ofRows("c", "b", "a");
        assertSteady(
                ROUNDS,
                round -> {
                    AdapterDirectory.load(model, "c", folder.resolve("a"));
                    model.predict(inputs, names).close();
                    AdapterDirectory.replace(model, "c", folder.resolve("b"));
                    model.predict(inputs, names).close();
                    model.delete("c");
                });
    }

    /** Each replacement is kept by what was opened for the adapter that was there before. */
    @Test
    void adaptersThatAreReplacedWhileTheyAreInUse(@TempDir Path folder) throws Exception {
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        AdapterDirectory.save(model, "b", folder.resolve("b"));
        AdapterDirectory.load(model, "c", folder.resolve("a"));
        try (TaskModel<String, Classifications> follows =
                TaskModel.beside(model, String.class, Classifications.class, "c")) {
            assertSteady(
                    ROUNDS,
                    round -> {
                        try (TaskModel<NDList, NDList> keeps =
                                TaskModel.beside(model, NDList.class, NDList.class, "c")) {
                            String next = round % 2 == 0 ? "b" : "a";
                            AdapterDirectory.replace(model, "c", folder.resolve(next));
                            keeps.predict(inputs).close();
                            follows.predict("hi");
                        }
                    });
        }
    }

    private static List<String> ofRows(String... names) {
        return IntStream.range(0, ROWS).mapToObj(row -> names[row % names.length]).toList();
    }

    /** Chooses how products are computed, or that a checkpoint computes in bfloat16. */
    private void choose(String way) throws Exception {
        if (way.equals(BFLOAT16)) {
            close();
            OpenOptions options = OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();
            open(AdaptedModel.open(Gradients.hub("tiny-bert-classifier"), options));
        } else {
            assumeThatCode(() -> model.setMatmul(Matmul.parse(way))).doesNotThrowAnyException();
        }
    }

    private void assertSteady(int rounds, Round round) throws Exception {
        // programs are compiled and pools filled in the first rounds
        long before = leastResident(round);
        int arrays = arrays();

        for (int i = 0; i < rounds; i++) {
            round.run(i);
        }

        assertThat(arrays()).isEqualTo(arrays);
        // only predictions are so many by default; .ci/run runs all with -Dsteady.rounds=1000
        if (rounds >= ROUNDS_FOR_RESIDENT) {
            assertThat(leastResident(round) - before).isLessThan(MARGIN_KILOBYTES);
        }
    }

    /** The allocator takes and gives back tens of megabytes at a time; what lasts is the least. */
    private static long leastResident(Round round) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 1; i <= Math.min(ROUNDS, 200); i++) {
            round.run(i);
            if (i % 20 == 0) {
                least = Math.min(least, residentKilobytes());
            }
        }
        return least;
    }

    /** Counts what the model, its base and this test own. */
    private int arrays() {
        NDManager base = model.baseParameters().values().iterator().next().getManager();
        return model.model().getNDManager().getManagedArrays().size()
                + base.getManagedArrays().size()
                + manager.getManagedArrays().size();
    }

    private static long residentKilobytes() throws Exception {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
