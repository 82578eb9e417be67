/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.TextData;
import org.djladapters.data.reading.StoredTables;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.report.ReportKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a run trains, when it is evaluated, and what it reports: three steps an epoch. */
class TrainingControlsTest {

    private static final String BERT = "tiny-bert";
    private static final int STEPS = 3;

    @TempDir private Path folder;
    private TextData data;
    private Path output;

    /** Remembers evaluations as {@code epoch.step}; step 0 ends an epoch. */
    private static final class Evaluations extends Runs.Recorder {

        final List<String> places = new ArrayList<>();
        final List<Map<String, Double>> metrics = new ArrayList<>();

        @Override
        public void onEvaluation(int epoch, int step, Map<String, Double> found, boolean best) {
            places.add(epoch + "." + step);
            metrics.add(found);
        }

        @Override
        public void onEpoch(int epoch, double loss, Map<String, Double> found, boolean best) {
            super.onEpoch(epoch, loss, found, best);
            places.add(epoch + ".0");
            metrics.add(found);
        }
    }

    @BeforeEach
    void writeData() throws IOException {
        data = Runs.texts(folder.resolve("train.tsv"), 8 * STEPS, "one", "two", "three");
        output = folder.resolve("adapter");
    }

    /** Runs two epochs of a model with dropout, whose draws a resumed run has to make again. */
    private FineTuningResult run(Runs.Recorder recorder, Consumer<FineTuner.Builder> options)
            throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    Runs.builder(model, BERT, data, data, output)
                            .setConfig(
                                    LoraConfig.builder()
                                            .optRank(2)
                                            .optDropout(0.3)
                                            .optTargets(Targets.of("query", "value"))
                                            .build())
                            .optEpochs(2)
                            .optOverwrite(true)
                            .optListener(recorder);
            options.accept(builder);
            return builder.build().run();
        }
    }

    private byte[] weights() throws IOException {
        return Files.readAllBytes(output.resolve("adapter_model.safetensors"));
    }

    @Test
    void evaluatesAfterStepsAndKeepsTheBest() throws IOException {
        Evaluations seen = new Evaluations();
        FineTuningResult result = run(seen, builder -> builder.optEvalSteps(2));

        assertThat(seen.places).containsExactly("1.2", "1.0", "2.1", "2.0");
        double best = result.metrics().get("accuracy");
        assertThat(seen.metrics).allMatch(metrics -> metrics.get("accuracy") <= best);
        assertThat(seen.metrics).contains(result.metrics());
        assertThat(result.provenance().options()).containsEntry("eval_steps", "2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnWithinAnEpochToTheSameResult(boolean isStored) throws Exception {
        if (isStored) { // too many rows for memory, which are tokenized in each epoch
            Path table = folder.resolve("train.tsv");
            data = StoredTables.stored(() -> TextData.read(table));
        }
        Runs.Recorder whole = new Runs.Recorder();
        run(whole, builder -> builder.optEvalSteps(1).optMetric("matthews"));
        byte[] weights = weights();

        assertThatThrownBy(
                        () ->
                                run(
                                        new Runs.Recorder().stopAt(2, 3),
                                        builder -> builder.optEvalSteps(1).optMetric("matthews")))
                .isInstanceOf(Runs.StoppedException.class);
        Evaluations resumed = new Evaluations();
        run(resumed, builder -> builder.optEvalSteps(1).optMetric("matthews"));

        assertThat(resumed.notes).containsExactly("Resuming after step 2 of epoch 2");
        assertThat(resumed.places).containsExactly("2.0");
        assertThat(resumed.losses).containsExactly(whole.losses.get(1)); // of the whole epoch
        assertThat(weights()).isEqualTo(weights);
    }

    /** 24 examples make 8 batches of 3; LoRA's rate falls with the cube root beyond 20 steps. */
    @Test
    void theDefaultRateFitsTheNumberOfSteps() throws IOException {
        assertThat(defaultRate(builder -> builder.optEpochs(2))).isEqualTo(4e-3f);
        assertThat(defaultRate(builder -> builder.optEpochs(20))).isEqualTo(2e-3f);
        assertThat(defaultRate(builder -> builder.optMaxSteps(160))).isEqualTo(2e-3f);
        assertThat(defaultRate(builder -> builder.optEpochs(20).optAccumulate(8))).isEqualTo(4e-3f);
    }

    private float defaultRate(Consumer<FineTuner.Builder> length) throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    FineTuner.builder()
                            .setModel(model)
                            .setConfig(LoraConfig.builder().optTargets("query").build())
                            .setTrain(data)
                            .setDev(data)
                            .setOutput(output)
                            .optBatchSize(3);
            length.accept(builder);
            return builder.build().prepare().learningRate();
        }
    }

    @Test
    void endsAfterANumberOfSteps() throws IOException {
        Evaluations seen = new Evaluations();
        run(seen, builder -> builder.optEpochs(3).optMaxSteps(4));

        assertThat(seen.places).containsExactly("1.0", "2.1");
        Evaluations longer = new Evaluations();
        run(longer, builder -> builder.optEpochs(3).optMaxSteps(12));
        assertThat(longer.places).containsExactly("1.0", "2.0", "3.0", "4.0");
    }

    @Test
    void endsEarlyWhereNothingGetsBetter() throws IOException {
        Evaluations seen = new Evaluations();
        FineTuningResult result =
                run(
                        seen,
                        builder ->
                                builder.optEpochs(9)
                                        .optLearningRate(1e-30)
                                        .optHeadLearningRate(1e-30)
                                        .optEarlyStopping(2));

        assertThat(seen.places).containsExactly("1.0", "2.0", "3.0");
        assertThat(result.bestEpoch()).isEqualTo(1);
        assertThat(seen.notes)
                .contains(
                        "Stopped early after epoch 3: 2 evaluations were no better than the best");
    }

    @Test
    void refusesChoicesThatCannotBothBeHonoured() {
        assertRefused(
                builder -> builder.optEpochs(4).optMaxSteps(5),
                "The length of the run is given by both a number of epochs (4) and of steps (5);"
                        + " leave one out");
        assertRefused(
                builder -> builder.optScheduler(Scheduler.CONSTANT).optWarmUp(0.5),
                "The scheduler constant has no warm-up, but one of 0.5 was chosen; use"
                        + " constant_with_warmup, or leave it out");
        assertRefused(
                builder -> builder.optScheduler(Scheduler.CONSTANT).optWarmUpSteps(3),
                "The scheduler constant has no warm-up, but one of 3 steps was chosen; use"
                        + " constant_with_warmup, or leave it out");
        assertRefused(
                builder -> builder.optWarmUp(0.1).optWarmUpSteps(3),
                "The warm-up is given by both a share (0.1) and a number of steps (3); leave one"
                        + " out");
    }

    @Test
    void ratesRiseForAsManyStepsAsTold() throws IOException {
        Runs.Recorder seen = new Runs.Recorder();
        FineTuningResult result =
                run(
                        seen,
                        builder ->
                                builder.optScheduler(Scheduler.CONSTANT_WITH_WARMUP)
                                        .optLearningRate(0.01)
                                        .optEpochs(1)
                                        .optWarmUpSteps(2)
                                        .optReport(ReportKind.CSV));
        assertThat(Files.readAllLines(folder.resolve("adapter.report/train.csv")).stream().skip(1))
                .extracting(line -> Float.valueOf(line.split(",", -1)[3]))
                .containsExactly(0.005f, 0.01f, 0.01f);
        assertThat(result.provenance().options()).containsEntry("warm_up_steps", "2");
    }

    private void assertRefused(Consumer<FineTuner.Builder> options, String message) {
        assertThatThrownBy(() -> run(new Runs.Recorder(), options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void clipsToANorm() {
        assertThat(AdamW.clipping(4, 1)).isEqualTo(0.25);
        assertThat(AdamW.clipping(0.5, 1)).isEqualTo(1);
        assertThat(AdamW.clipping(4, 0)).isEqualTo(1); // nothing is clipped
    }

    @Test
    void reportsStepsAndEvaluationsAndGoesOnWithAReport() throws IOException {
        Consumer<FineTuner.Builder> reporting =
                builder ->
                        builder.optEvalSteps(2).optReport(ReportKind.TENSORBOARD, ReportKind.CSV);
        assertThatThrownBy(() -> run(new Runs.Recorder().stopAt(2, 1), reporting))
                .isInstanceOf(Runs.StoppedException.class);
        Path report = folder.resolve("adapter.report");
        assertThat(Files.readAllLines(report.resolve("train.csv"))).hasSize(1 + 4);
        // as a process leaves it that is killed while it writes
        Files.writeString(
                report.resolve("train.csv"),
                Files.readString(report.resolve("train.csv")) + "5,1.6");

        Evaluations resumed = new Evaluations();
        run(resumed, reporting);

        List<String> train = Files.readAllLines(report.resolve("train.csv"));
        assertThat(train.get(0)).isEqualTo("step,epoch,loss,learning_rate,grad_norm");
        assertThat(train.stream().skip(1).map(line -> line.split(",", 2)[0]))
                .containsExactly("1", "2", "3", "4", "5", "6");
        List<String> eval = Files.readAllLines(report.resolve("eval.csv"));
        assertThat(eval.get(0)).startsWith("step,epoch,accuracy,f1");
        assertThat(eval.stream().skip(1).map(line -> line.split(",", 2)[0]))
                .containsExactly("2", "3", "4", "6");
        // of 6 updates, w = 0 of 6 rise
        assertThat(Double.parseDouble(train.get(6).split(",", -1)[3]))
                .isCloseTo(0.02 / 7, within(1e-8));

        List<Path> events;
        try (Stream<Path> files = Files.list(report)) {
            events = files.filter(file -> file.toString().contains("tfevents")).sorted().toList();
        }
        assertThat(events).hasSize(2);
        assertThat(texts(events.get(0))).contains("brain.Event:2", "train/loss", "eval/accuracy");
        assertThat(texts(events.get(1))).contains("train/grad_norm", "train/learning_rate");
    }

    /** Reads all records, and checks their checksums; TensorBoard itself was tried by hand. */
    private static String texts(Path events) throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(events)).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder texts = new StringBuilder();
        while (file.hasRemaining()) {
            byte[] length = read(file, Long.BYTES);
            byte[] event =
                    read(
                            file,
                            Math.toIntExact(
                                    ByteBuffer.wrap(length)
                                            .order(ByteOrder.LITTLE_ENDIAN)
                                            .getLong()));
            texts.append(new String(event, StandardCharsets.ISO_8859_1));
        }
        return texts.toString();
    }

    private static byte[] read(ByteBuffer file, int count) {
        byte[] bytes = new byte[count];
        file.get(bytes);
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        long rotated = (sum.getValue() >>> 15 | sum.getValue() << 17) & 0xffffffffL;
        assertThat(Integer.toUnsignedLong(file.getInt()))
                .isEqualTo((rotated + 0xa282ead8L) & 0xffffffffL);
        return bytes;
    }

    @Test
    void refusesAReportThatCannotBeWritten() throws IOException {
        Files.writeString(folder.resolve("adapter.report"), "a file");

        assertThatThrownBy(
                        () ->
                                run(
                                        new Runs.Recorder(),
                                        builder -> builder.optReport(ReportKind.CSV)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("The report of the run can't be written to")
                .hasMessageContaining("leave the report out");
    }
}
