/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.TaskLoss;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several trainings in one process. */
@Timeout(60)
class TrainingTurnsTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;
    private TextData data;

    @BeforeEach
    void writeData() throws IOException {
        data = Runs.texts(folder.resolve("data.tsv"), 24, "no", "yes");
    }

    /** A run that does something when its training starts; gives the parameters it ends with. */
    private Map<String, float[]> run(String output, Runs.Recorder listener) throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.builder(model, BERT, data, data, folder.resolve(output))
                    .optEpochs(2)
                    .optListener(listener)
                    .build()
                    .run();
            return Runs.values(model.adapter("default"));
        }
    }

    private static Runs.Recorder onStart(Runnable action) {
        return new Runs.Recorder() {
            @Override
            public void onStart(int stepsPerEpoch, int epochs) {
                action.run();
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fineTunersOfSeveralThreadsTakeTurnsAndGiveWhatTheyGiveAlone() throws Exception {
        Map<String, float[]> alone = run("alone", new Runs.Recorder());
        CountDownLatch waits = new CountDownLatch(1);
        Runs.Recorder second =
                new Runs.Recorder() {
                    @Override
                    public void onNote(String note) {
                        super.onNote(note);
                        waits.countDown();
                    }
                };
        CompletableFuture<Map<String, float[]>> later = new CompletableFuture<>();
        Map<String, float[]> first =
                run(
                        "first",
                        onStart(
                                () -> {
                                    later.completeAsync(() -> unchecked("second", second));
                                    await(waits);
                                    assertThat(folder.resolve("second")).doesNotExist();
                                }));

        assertThat(first).usingRecursiveComparison().isEqualTo(alone);
        assertThat(later.get()).usingRecursiveComparison().isEqualTo(alone);
        assertThat(second.notes.get(0)).contains("Waiting for another fine-tuning run");
    }

    private Map<String, float[]> unchecked(String output, Runs.Recorder listener) {
        try {
            return run(output, listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRunThatIsInterruptedWhileItWaitsHasDoneNothing() throws Exception {
        CompletableFuture<Thread> waits = new CompletableFuture<>();
        Runs.Recorder second =
                new Runs.Recorder() {
                    @Override
                    public void onNote(String note) {
                        waits.complete(Thread.currentThread());
                    }
                };
        CompletableFuture<Void> refused = new CompletableFuture<>();
        run(
                "first",
                onStart(
                        () -> {
                            refused.completeAsync(
                                    () -> {
                                        assertThatThrownBy(() -> run("second", second))
                                                .isInstanceOf(InterruptedIOException.class)
                                                .hasMessageContaining("nothing was done");
                                        assertThat(Thread.interrupted()).isTrue();
                                        return null;
                                    });
                            waits.join().interrupt();
                            refused.join();
                        }));
        assertThat(folder.resolve("second")).doesNotExist();
    }

    @Test
    void stepsOfAFineTunerAndOfATrainerTakeTurns() throws Exception {
        Map<String, float[]> alone = run("alone", new Runs.Recorder());
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Integer> loop = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Map<String, float[]> beside =
                run(
                        "beside",
                        onStart(
                                () -> {
                                    loop.completeAsync(() -> trainUntil(ended, started));
                                    await(started);
                                }));
        ended.complete(null);

        assertThat(loop.get()).isPositive();
        assertThat(beside).usingRecursiveComparison().isEqualTo(alone);
    }

    private static int trainUntil(CompletableFuture<Void> ended, CountDownLatch started) {
        int steps = 0;
        try (AdaptedModel model = adapted();
                Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError())) {
            while (!ended.isDone()) {
                step(trainer);
                steps++;
                started.countDown();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return steps;
    }

    private static AdaptedModel adapted() throws IOException {
        AdaptedModel model = Runs.open(BERT);
        model.add("a", Runs.compound(BERT), new HeadConfig(1, HeadConfig.Pooling.MEAN));
        return model;
    }

    private static float step(Trainer trainer) {
        try (NDManager scope = trainer.getManager().newSubManager()) {
            float loss = backward(trainer, trainer.newGradientCollector(), scope);
            trainer.step();
            return loss;
        }
    }

    private static float backward(Trainer trainer, GradientCollector opened, NDManager scope) {
        try (GradientCollector collector = opened) {
            NDList inputs = new NDList();
            for (int i = 0; i < 3; i++) {
                inputs.add(scope.ones(new Shape(1, 4), DataType.INT64));
            }
            NDArray output = trainer.forward(inputs).head();
            NDArray loss =
                    trainer.getLoss()
                            .evaluate(new NDList(scope.ones(new Shape(1))), new NDList(output));
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    @Test
    void twoModelsTrainInTurnsInOneThread() throws Exception {
        try (AdaptedModel one = adapted();
                AdaptedModel two = adapted();
                Trainer first = TrainingStep.newTrainer(one, TaskLoss.squaredError());
                Trainer second = TrainingStep.newTrainer(two, TaskLoss.squaredError())) {
            float before = step(first);
            for (int i = 0; i < 5; i++) {
                step(second);
                step(first);
            }
            assertThat(step(first)).isLessThan(before);

            try (GradientCollector open = first.newGradientCollector()) {
                assertThat(open).isNotNull();
                assertThatIllegalStateException()
                        .isThrownBy(second::newGradientCollector)
                        .withMessageContaining("one gradient collector at a time");
            }
            step(second);
        }
    }

    @Test
    void closingATrainerClosesTheCollectorThatAnExceptionHasLeftOpen() throws Exception {
        try (AdaptedModel model = adapted()) {
            try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError())) {
                assertThat(trainer.newGradientCollector()).isNotNull();
            }
            try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError())) {
                assertThat(step(trainer)).isPositive();
            }
        }
    }

    @Test
    void aFineTunerWaitsForACollectorOfTheEngine() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Map<String, float[]>> run;
        try (GradientCollector foreign = Engine.getEngine("PyTorch").newGradientCollector()) {
            run =
                    CompletableFuture.supplyAsync(
                            () -> unchecked("waiting", onStart(started::countDown)));
            await(started);
            assertThat(foreign).isNotNull();
            assertThat(run).isNotDone();
        }
        assertThat(run.get()).isNotEmpty();
    }
}
