/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.data.LabelledData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.EmbeddingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training loops of threads that stand for processes, each with a model of its own. */
class ProcessGroupTest {

    /** Steps of 4 and of 2 batches, of which 3 processes have 2, 1 and 1, and 1, 1 and none. */
    private static final int ROWS = 17;

    private static final int BATCH = 3;
    private static final int ACCUMULATE = 4;

    private static final String LEFT = "A process has left";

    /** What rounding may do to a few updates of AdamW; {@link AccumulationTest} says why. */
    private static final double UPDATES = 0.03;

    @TempDir private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Threads that wait for each other. */
    private static final class Threads {

        private final CyclicBarrier barrier;
        private final Object[] values;

        Threads(int size) {
            barrier = new CyclicBarrier(size);
            values = new Object[size];
        }

        private Object[] all(int rank, Object value) throws IOException {
            try {
                values[rank] = value;
                barrier.await();
                Object[] all = values.clone();
                barrier.await();
                return all;
            } catch (BrokenBarrierException | InterruptedException e) {
                throw new IOException(LEFT, e);
            }
        }

        /** Breaks the barrier for good, as a thread does that is interrupted while it waits. */
        void leave() {
            Thread.currentThread().interrupt();
            try {
                barrier.await();
            } catch (BrokenBarrierException | InterruptedException e) {
                // as intended
            }
        }

        ProcessGroup group(int rank) {
            return new ProcessGroup() {
                @Override
                public int rank() {
                    return rank;
                }

                @Override
                public int size() {
                    return values.length;
                }

                @Override
                public void allReduce(float[] own) throws IOException {
                    Object[] all = all(rank, own.clone());
                    for (int i = 0; i < own.length; i++) {
                        double sum = 0;
                        for (Object values : all) {
                            sum += ((float[]) values)[i];
                        }
                        own[i] = (float) sum;
                    }
                }

                @Override
                public byte[] broadcast(byte[] value) throws IOException {
                    return (byte[]) all(rank, value)[0];
                }
            };
        }
    }

    /** The parameters of a process before and after its training, and how far it went. */
    private record Course(
            Map<String, float[]> start, Map<String, float[]> end, TrainingState.Progress reached) {}

    @Test
    void processesReachWhatOneReachesWithTheSameBatches() throws Exception {
        Course alone = train("alone", 1, (rank, builder) -> {}).get(0);
        List<Course> together = train("together", 3, (rank, builder) -> {});

        String random = "head.weight";
        assertThat(together.get(1).start().get(random)).isNotEqualTo(alone.start().get(random));
        assertSame(together, alone);
    }

    @Test
    void anInterruptedRunGoesOnFromTheStateOfTheFirst() throws Exception {
        Course whole = train("whole", 1, (rank, builder) -> {}).get(0);
        Runs.Recorder stopping = new Runs.Recorder().stopAt(2, 1);
        assertThatThrownBy(
                        () -> train("stopped", 1, (rank, builder) -> builder.optListener(stopping)))
                .hasRootCauseInstanceOf(Runs.StoppedException.class);
        Path state = TrainingState.file(folder.resolve("stopped0"));
        Path other = Files.createDirectory(folder.resolve("late1"));
        Files.copy(state, TrainingState.file(other));
        List<Runs.Recorder> recorders = List.of(new Runs.Recorder(), new Runs.Recorder());

        List<Course> resumed =
                train("stopped", 2, (rank, builder) -> builder.optListener(recorders.get(rank)));

        assertThat(recorders).allMatch(one -> one.notes.contains("Resuming after epoch 1"));
        assertSame(resumed, whole);
        // the state of another process alone does not count
        assertSame(train("late", 2, (rank, builder) -> {}), whole);
    }

    @Test
    void aProcessWithOtherOptionsIsToldApart() {
        assertThatThrownBy(() -> train("other", 2, (rank, builder) -> builder.optSeed(rank)))
                .rootCause()
                .hasMessageStartingWith("Process 1 has another model, other data or versions")
                .hasMessageContaining("; give all machines the same files");
    }

    @Test
    void whatProcessesCanNotDoAlikeIsRefused() throws Exception {
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            FineTuner.Builder builder = builder(model, "refused");
            builder.optProcessGroup(new Threads(5).group(0));
            assertThatThrownBy(() -> builder.build().prepare())
                    .hasMessageStartingWith("A step has 4 batches, but there are 5 processes")
                    .hasMessageContaining("; accumulate at least as many");
            builder.optProcessGroup(new Threads(2).group(0));
            builder.optEmbedding(EmbeddingOptions.builder().optMineEachEpoch(0.9).build());
            assertThatThrownBy(() -> builder.build().prepare())
                    .hasMessageStartingWith("Several processes might mine different negatives; ");
        }
    }

    private static void assertSame(List<Course> together, Course alone) {
        Course first = together.get(0);
        for (Course other : together) {
            first.end()
                    .forEach((name, values) -> assertThat(other.end().get(name)).isEqualTo(values));
            assertThat(other.reached().bestMetrics()).isEqualTo(first.reached().bestMetrics());
            assertThat(other.reached().steps()).isEqualTo(alone.reached().steps());
        }
        double difference = AccumulationTest.distance(first.end(), alone.end());
        assertThat(difference / AccumulationTest.distance(alone.end(), alone.start()))
                .isLessThan(UPDATES);
    }

    private FineTuner.Builder builder(AdaptedModel model, String output) throws IOException {
        LabelledData data = Runs.texts(folder.resolve("data.tsv"), ROWS, "one", "two", "three");
        return Runs.builder(model, "tiny-bert", data, data, folder.resolve(output))
                .optBatchSize(BATCH)
                .optAccumulate(ACCUMULATE)
                .optEpochs(2)
                .optEvalSteps(1);
    }

    /** Trains with as many threads, and returns what each of them came to. */
    private List<Course> train(String name, int size, BiConsumer<Integer, FineTuner.Builder> change)
            throws Exception {
        Threads group = new Threads(size);
        List<AdaptedModel> models = new ArrayList<>();
        List<Future<Course>> futures = new ArrayList<>();
        try {
            for (int rank = 0; rank < size; rank++) {
                AdaptedModel model = Runs.open("tiny-bert");
                models.add(model);
                FineTuner.Builder builder = builder(model, name);
                builder.optProcessGroup(size == 1 ? ProcessGroup.SINGLE : group.group(rank));
                change.accept(rank, builder);
                PreparedRun run = builder.build().prepare();
                model.model().getNDManager().getEngine().setRandomSeed(rank);
                Adapter adapter = run.addAdapter("default", Runs.compound("tiny-bert"));
                Path state = Files.createDirectories(folder.resolve(name + rank));
                futures.add(threads.submit(() -> train(run, adapter, state, group)));
            }
            return ends(futures);
        } finally {
            models.forEach(AdaptedModel::close);
        }
    }

    private static Course train(PreparedRun run, Adapter adapter, Path state, Threads group)
            throws IOException {
        try {
            Map<String, float[]> start = Runs.values(adapter);
            TrainingLoop loop =
                    new TrainingLoop(run, adapter, run.batches(), Evaluations.of(run), state);
            TrainingLoop.Outcome outcome = loop.run();
            return new Course(start, Runs.values(adapter), outcome.reached());
        } catch (IOException | RuntimeException e) {
            group.leave();
            throw e;
        }
    }

    /** Waits for all; throws what made the first leave. */
    private static List<Course> ends(List<Future<Course>> futures) throws Exception {
        List<Course> ends = new ArrayList<>();
        List<ExecutionException> failures = new ArrayList<>();
        for (Future<Course> future : futures) {
            try {
                ends.add(future.get());
            } catch (ExecutionException e) {
                boolean follows = LEFT.equals(e.getCause().getMessage());
                failures.add(follows ? failures.size() : 0, e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return ends;
    }
}
