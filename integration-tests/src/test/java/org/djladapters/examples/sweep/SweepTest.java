/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.ProgressListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {

    private static final SweepFile FILE =
            new SweepFile(
                    "words",
                    false,
                    0.25,
                    List.of(1L, 2L),
                    List.of(1.0, 2.0),
                    null,
                    null,
                    "",
                    List.of(
                            new SweepFile.Task(
                                    "task",
                                    "data.tsv",
                                    "data.tsv",
                                    null,
                                    null,
                                    null,
                                    10,
                                    null,
                                    null)),
                    List.of(new SweepFile.Method("LoRA, rank 1", "", null, null, null)));

    @TempDir private Path folder;
    private AdaptedModel model;

    @BeforeEach
    void open() throws Exception {
        StringBuilder rows = new StringBuilder("label\tsentence1\n");
        for (int i = 0; i < 12; i++) {
            rows.append("%s\tthe %s room%n".formatted(i % 2, i % 2 == 0 ? "cold" : "warm"));
        }
        Files.writeString(folder.resolve("data.tsv"), rows);
        model = AdaptedModel.open(modelFolder());
    }

    @AfterEach
    void close() {
        model.close();
    }

    private static Path modelFolder() throws Exception {
        return Path.of(SweepTest.class.getResource("/models/tiny-bert").toURI());
    }

    private Sweep sweep(ProgressListener listener) throws Exception {
        return sweep(FILE, listener);
    }

    private Sweep sweep(SweepFile file, ProgressListener listener) throws Exception {
        return builder(file).optListener(listener).build();
    }

    private Sweep.Builder builder(SweepFile file) throws Exception {
        return Sweep.builder()
                .setFile(file)
                .setData(folder)
                .setModel(modelFolder())
                .setOutput(folder.resolve("output"))
                .setParser(options -> new TwoEpochs());
    }

    /** Two tasks, of which the first has data of a name, with two methods. */
    private static SweepFile table(JointTuning joint, String name) {
        SweepFile.Task task =
                new SweepFile.Task("task", name, name, null, null, null, 10, null, null);
        SweepFile.Task other =
                new SweepFile.Task(
                        "other", "data.tsv", "data.tsv", null, null, null, 8, null, null);
        SweepFile.Method second = new SweepFile.Method("second", "", null, null, null);
        return file(
                List.of(1.0, 2.0),
                joint,
                List.of(task, other),
                List.of(FILE.methods().get(0), second));
    }

    private static SweepFile file(
            List<Double> rates,
            JointTuning joint,
            List<SweepFile.Task> tasks,
            List<SweepFile.Method> methods) {
        return new SweepFile(
                FILE.suite(), null, 0.3, List.of(1L), rates, joint, null, "", tasks, methods);
    }

    /** Runs the sweep, and returns its results in a folder that is not the output. */
    private Path recordedRuns() throws Exception {
        sweep(new ProgressListener() {}).run(model);
        Path recorded = Files.move(folder.resolve("output"), folder.resolve("recorded"));
        return recorded.resolve("runs.jsonl");
    }

    /** LoRA of rank 1, whatever the options. */
    private record TwoEpochs() implements RunOptions {

        @Override
        public String method() {
            return "lora";
        }

        @Override
        public Optional<TaskKind> task() {
            return Optional.empty();
        }

        @Override
        public AdapterConfig config(ModelSpec model) {
            return LoraConfig.builder().optRank(1).build();
        }

        @Override
        public void apply(FineTuner.Builder tuner) {
            tuner.optEpochs(2).optBatchSize(4).optMaxLength(8);
        }
    }

    /** Notes every epoch, and is interrupted after a number of them. */
    private static final class Epochs implements ProgressListener {

        private final List<Integer> seen = new ArrayList<>();
        private final int last;

        Epochs(int last) {
            this.last = last;
        }

        @Override
        public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean isBest) {
            seen.add(epoch);
            if (seen.size() == last) {
                throw new CancellationException("interrupted");
            }
        }
    }

    @Test
    void anInterruptedSweepGoesOnAfterItsLastEpoch() throws Exception {
        Epochs whole = new Epochs(Integer.MAX_VALUE);
        assertThat(sweep(whole).run(model)).isZero();
        List<RunResult> expected = results();
        assertThat(whole.seen).as("two trials and a run").containsExactly(1, 2, 1, 2, 1, 2);
        Files.delete(folder.resolve("output/runs.jsonl"));
        Files.delete(folder.resolve("output/rates.jsonl"));

        Epochs first = new Epochs(3);
        Sweep interrupted = sweep(first);
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> interrupted.run(model));
        assertThat(results()).isEmpty();
        Epochs rest = new Epochs(Integer.MAX_VALUE);
        assertThat(sweep(rest).run(model)).isZero();
        assertThat(rest.seen).containsExactly(2, 1, 2);
        List<RunResult> found = results();
        for (int i = 0; i < 2; i++) {
            assertThat(found.get(i).metrics()).isEqualTo(expected.get(i).metrics());
            assertThat(found.get(i).curve()).isEqualTo(expected.get(i).curve());
            assertThat(found.get(i).learningRate()).isEqualTo(expected.get(i).learningRate());
        }
    }

    @Test
    void aRunThatAnotherProcessIsAtIsLeftToIt() throws Exception {
        Sweep sweep = sweep(new ProgressListener() {});
        Path lock = folder.resolve("output/work/task+lora-rank-1+seed1+rate2.0.lock");
        try (FileChannel other =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();
            assertThat(sweep.run(model)).as("a trial, for which both runs wait").isEqualTo(3);
        }
        assertThat(sweep.run(model)).isZero();
    }

    @Test
    void runsWaitForTheRateThatTrialsChoose() throws Exception {
        Sweep sweep = sweep(new ProgressListener() {});
        List<SweepJob> jobs = sweep.jobs();
        assertThat(jobs)
                .extracting(SweepJob::toString)
                .containsExactly(
                        "task, LoRA, rank 1, seed 1, learning rate x 1.0",
                        "task, LoRA, rank 1, seed 1, learning rate x 2.0",
                        "task, LoRA, rank 1, seed 1",
                        "task, LoRA, rank 1, seed 2");
        assertThat(sweep.attempt(jobs.get(2), model)).isEmpty();
        assertThat(sweep.attempt(jobs.get(0), model)).isPresent();
        assertThat(sweep.attempt(jobs.get(0), model)).as("done before").isEmpty();
        assertThat(sweep.attempt(jobs.get(3), model)).isEmpty();
        assertThat(sweep.attempt(jobs.get(1), model)).isPresent();
        assertThat(sweep.attempt(jobs.get(3), model)).isPresent();
        assertThat(sweep.attempt(jobs.get(2), model)).isPresent();
        assertThat(sweep.pending()).isEmpty();
    }

    @Test
    void theFirstSeedTakesWhatItsTrialHasTrained() throws Exception {
        Epochs epochs = new Epochs(Integer.MAX_VALUE);
        sweep(epochs).run(model);
        RunResult first = results().get(0);
        RateTrial chosen =
                RateTrial.lines(folder.resolve("output/rates.jsonl")).read().stream()
                        .filter(trial -> trial.factor() == first.rateFactor())
                        .findFirst()
                        .orElseThrow();
        assertThat(first.seconds()).isEqualTo(chosen.seconds());
        assertThat(first.learningRate()).isEqualTo(chosen.learningRate());
        assertThat(first.curve().get(first.bestEpoch() - 1).metrics().get(chosen.metric()))
                .isEqualTo(chosen.value());
    }

    @Test
    void ratesOfAdapterAndHeadAreTunedTogetherUntilTheBestAreAtNoEdge() throws Exception {
        JointTuning joint = new JointTuning(List.of(1.0, 4.0), List.of(7L, 8L));
        SweepFile file = file(List.of(1.0), joint, FILE.tasks(), FILE.methods());
        Sweep sweep = sweep(file, new ProgressListener() {});
        assertThat(sweep.jobs()).as("two trials and a run, as far as is known").hasSize(3);
        assertThat(sweep.run(model)).isZero();

        List<RateTrial> trials = RateTrial.lines(folder.resolve("output/rates.jsonl")).read();
        RateChoice choice = RateChoice.of(trials).orElseThrow();
        RunResult run = results().get(0);
        assertThat(run.rates()).isEqualTo(choice.rates());
        assertThat(trials).extracting(trial -> trial.key().seed()).containsOnly(7L, 8L);
        List<RateTrial> first = trials.stream().filter(trial -> trial.key().seed() == 7).toList();
        assertThat(first).as("more than two factors").hasSizeGreaterThan(2);
        assertThat(choice.atEdge()).isEqualTo(first.size() == 9);
        assertThat(run.headLearningRate()).isGreaterThan(0);
        assertThat(folder.resolve("output/work")).isDirectoryNotContaining(Files::isDirectory);
    }

    @Test
    void aCellNeedsItsRunsAndTheTrialsThatChooseItsRates() throws Exception {
        SweepCells cell = new SweepCells(List.of("other"), List.of("second"));
        assertThat(builder(table(null, "data.tsv")).optCells(cell).build().jobs())
                .as("one rate for all tasks")
                .extracting(SweepJob::toString)
                .containsExactlyInAnyOrder(
                        "task, second, seed 1, learning rate x 1.0",
                        "task, second, seed 1, learning rate x 2.0",
                        "other, second, seed 1, learning rate x 1.0",
                        "other, second, seed 1, learning rate x 2.0",
                        "other, second, seed 1");
        JointTuning joint = new JointTuning(List.of(1.0), List.of(7L));
        SweepFile file = table(joint, "of-others.tsv");
        assertThat(builder(file).optCells(cell).build().jobs())
                .as("rates of its own for a task, whose data alone are read")
                .extracting(SweepJob::toString)
                .containsExactlyInAnyOrder(
                        "other, second, seed 7, learning rate x 1.0",
                        "other, second, seed 7, learning rate x 2.0",
                        "other, second, seed 1");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () ->
                                builder(FILE)
                                        .optCells(new SweepCells(List.of("tsk"), List.of()))
                                        .build())
                .withMessage("The sweep has no task 'tsk'; choose from 'task'");
    }

    @Test
    void recordedRunsAreRepeatedWithTheirRatesAndWithoutTrials() throws Exception {
        Path runs = recordedRuns();
        List<RunResult> recorded = RunResult.lines(runs).read();

        Epochs epochs = new Epochs(Integer.MAX_VALUE);
        Sweep again = builder(FILE).optRates(runs).optListener(epochs).build();
        assertThat(again.jobs()).noneMatch(SweepJob::isTrial).hasSize(2);
        assertThat(again.run(model)).isZero();
        assertThat(epochs.seen).as("two runs").containsExactly(1, 2, 1, 2);
        for (int i = 0; i < 2; i++) {
            assertThat(results().get(i).metrics()).isEqualTo(recorded.get(i).metrics());
            assertThat(results().get(i).rates()).isEqualTo(recorded.get(i).rates());
        }
        assertThat(folder.resolve("output/rates.jsonl")).doesNotExist();
    }

    @Test
    void recordedRatesHoldInAnotherPrecisionWhoseResultsDoNotMix() throws Exception {
        Path runs = recordedRuns();
        SweepFile narrow = FILE.in(Precision.BFLOAT16);
        assertThat(builder(narrow).optRates(runs).build().jobs())
                .extracting(job -> job.setup().precision())
                .containsExactly("bfloat16", "bfloat16");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> builder(narrow).setOutput(runs.getParent()).build())
                .withMessageContaining("with another suite, model, precision, other data");
    }

    @Test
    void runsOfAnotherSweepAreRefused() throws Exception {
        Path runs = recordedRuns();
        assertRefused(
                builder(table(null, "data.tsv")).optRates(runs),
                "' holds a run of task, LoRA, rank 1, seed 1 with another suite, model, other data,"
                        + " options or rates; give the runs.jsonl of this sweep, or leave --rates"
                        + " out");
        JointTuning joint = new JointTuning(List.of(1.0), List.of(7L));
        assertRefused(
                builder(table(joint, "data.tsv"))
                        .optCells(new SweepCells(List.of("other"), List.of()))
                        .optRates(runs),
                "' holds no run of other, LoRA, rank 1; give the runs.jsonl of this sweep");
        String line = Files.readAllLines(runs).get(0);
        Files.writeString(
                runs,
                line.replaceFirst("\"rate_factor\":[0-9.]+", "\"rate_factor\":8") + "\n",
                StandardOpenOption.APPEND);
        assertRefused(
                builder(FILE).optRates(runs),
                "' holds runs of LoRA, rank 1 with different rates; take the lines that do not"
                        + " count out of it");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> builder(FILE).optRates(folder.resolve("none.jsonl")).build())
                .withMessageEndingWith("' of recorded runs; give the runs.jsonl of a sweep");
    }

    private static void assertRefused(Sweep.Builder sweep, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(sweep::build)
                .withMessageContaining(message);
    }

    @Test
    void whatARunGaveForEveryExampleTellsItsMetric() throws Exception {
        sweep(new ProgressListener() {}).run(model);
        for (RunResult result : results()) {
            Path file = folder.resolve("output").resolve(result.outputs());
            assertThat(file).hasFileName("lora-rank-1-" + result.key().seed() + ".safetensors");
            ExampleOutputs dev = ExampleOutputs.read(file).get("dev");
            assertThat(dev.size()).isEqualTo(12);
            assertThat(dev.value("accuracy")).isEqualTo(result.metrics().get("accuracy"));
        }
    }

    @Test
    void theModelIsLeftAsItWas() throws Exception {
        sweep(new ProgressListener() {}).run(model);
        assertThat(model.names()).isEmpty();
        assertThat(model.active()).isEmpty();
    }

    private List<RunResult> results() throws IOException {
        return RunResult.lines(folder.resolve("output/runs.jsonl")).read();
    }
}
