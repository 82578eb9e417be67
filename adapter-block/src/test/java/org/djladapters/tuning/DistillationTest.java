/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TeacherOutputs;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.EmbeddingOptions.Loss;
import org.djladapters.task.option.TeacherOptions;
import org.djladapters.task.teacher.Teacher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {

    private static final String BERT = "tiny-bert";
    private static final String BASE = "src/test/resources/models/tiny-bert";
    private static final String LETTERS = "abcdefgh";

    @TempDir private static Path teachers;
    private static String classifier;
    private static String reranker;

    /** Opened once, since opening takes longer than the rest. */
    private static AdaptedModel model;

    @TempDir private Path folder;

    @BeforeAll
    static void train() throws IOException {
        classifier = teachers.resolve("classifier").toString();
        reranker = teachers.resolve("reranker").toString();
        model = Runs.open(BERT);
        TextData texts = Runs.texts(teachers.resolve("texts.tsv"), 48, "p", "q");
        small(texts, Path.of(classifier)).optEpochs(4).build().run();
        List<TextData.Row> rows = new ArrayList<>();
        for (PairData.Row pair : pairs(16, 1).rows()) {
            rows.add(TextData.Row.of("1", pair.first(), pair.second()));
            rows.add(TextData.Row.of("0", pair.first(), pair.negatives().get(0)));
        }
        TextData judged = TextData.of(rows).groupedByFirst();
        model.unload();
        small(judged, Path.of(reranker))
                .optTask(TaskKind.RERANKING)
                .optEpochs(1)
                .optMaxLength(24)
                .build()
                .run();
    }

    /** A run whose steps take little time. */
    private static FineTuner.Builder small(LabelledData train, Path output) {
        return Runs.builder(model, BERT, train, train, output)
                .setConfig(LoraConfig.builder().optRank(2).optTargets("query", "value").build());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @BeforeEach
    void unload() {
        model.unload();
    }

    private static PairData pairs(int rows, int negatives) {
        List<PairData.Row> pairs = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            String letter = LETTERS.charAt(row % LETTERS.length()) + " ";
            String other = LETTERS.charAt((row + 3) % LETTERS.length()) + " ";
            String[] wrong = new String[negatives];
            for (int i = 0; i < negatives; i++) {
                wrong[i] = other.repeat(3 + i) + row;
            }
            pairs.add(PairData.Row.of(letter + row, letter.repeat(4) + row, wrong));
        }
        return PairData.of(pairs);
    }

    private FineTuner.Builder builder(LabelledData train) {
        return small(train, folder.resolve("adapter")).optTeacher(BASE).optMaxLength(24);
    }

    private FineTuner.Builder builder(LabelledData train, Loss loss) {
        return builder(train).optEmbedding(EmbeddingOptions.builder().optLoss(loss).build());
    }

    /** The labels of the training data are all wrong, but only the teacher counts. */
    @Test
    void classesAreLearnedFromATeacher() throws IOException {
        TextData right = Runs.texts(folder.resolve("t.tsv"), 32, "p", "q");
        TextData wrong = Runs.texts(folder.resolve("w.tsv"), 32, "q", "p");
        FineTuningResult result =
                builder(wrong)
                        .setDev(right)
                        .optTeacherAdapter(classifier)
                        .optTeacherWeight(1)
                        .build()
                        .run();
        assertThat(result.metrics().get("accuracy")).isGreaterThan(0.9);
        assertThat(result.provenance().options())
                .containsEntry("teacher", "tiny-bert")
                .containsEntry("teacher_adapter", "classifier")
                .containsEntry("teacher_weight", "1.0")
                .containsEntry("teacher_temperature", "2.0")
                .containsKeys("teacher_sha256", "teacher_adapter_sha256");
        model.unload();
        AdapterDirectory.load(model, "plain", folder.resolve("adapter"));
        try (TaskModel<String, ?> plain =
                TaskModel.of(model, String.class, ai.djl.modality.Classifications.class)) {
            assertThat(plain.maxLength()).hasValue(24);
        }
    }

    /** Every example counts the same, whatever the batches. */
    @Test
    void accumulatedBatchesAreOneLargeBatch() throws IOException {
        TextData texts = Runs.texts(folder.resolve("t.tsv"), 16, "p", "q");
        List<Double> losses = new ArrayList<>();
        for (int batch : new int[] {16, 4}) {
            Runs.Recorder recorder = new Runs.Recorder();
            model.unload();
            builder(texts)
                    .optTeacherAdapter(classifier)
                    .optBatchSize(batch)
                    .optAccumulate(16 / batch)
                    .optEpochs(1)
                    .optOverwrite(true)
                    .optListener(recorder)
                    .build()
                    .run();
            losses.addAll(recorder.losses);
        }
        assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-5));
    }

    @Test
    void scoresOfAReRankerAreLearned() throws IOException {
        Runs.Recorder recorder = new Runs.Recorder();
        builder(pairs(16, 2), Loss.MARGIN_MSE)
                .setConfig(BaselineConfig.full())
                .optTeacherAdapter(reranker)
                .optLearningRate(0.005)
                .optListener(recorder)
                .build()
                .run();
        assertThat(recorder.losses.get(2)).isLessThan(recorder.losses.get(0));
    }

    /** The scores are those of predictions, in the order of the rows, and scaled for vectors. */
    @Test
    void theTeacherScoresAllPairsOfARow() throws Exception {
        PairData data = pairs(6, 2);
        List<Float> expected = new ArrayList<>();
        AdapterDirectory.load(model, "scorer", Path.of(reranker));
        try (TaskModel<StringPair, Float> scorer =
                TaskModel.of(model, StringPair.class, Float.class)) {
            for (PairData.Row row : data.rows()) {
                for (String text : row.texts().subList(1, 4)) {
                    expected.add(scorer.predict(new StringPair(row.first(), text)));
                }
            }
        }
        model.unload();
        PreparedRun run =
                builder(data, Loss.MARGIN_MSE).optTeacherAdapter(reranker).build().prepare();
        TeacherOutputs found = teacher(reranker).teach(run.task(), model, data, note -> {});
        assertThat(found.width()).isEqualTo(3);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.values()[i]).isCloseTo(expected.get(i), within(1e-5f));
        }
    }

    private static Teacher teacher(String adapter) throws IOException {
        return Teacher.of(
                new TeacherOptions(
                        BASE,
                        Optional.of(adapter),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()));
    }

    /** A model that is its own teacher has its vectors already. */
    @Test
    void vectorsOfATeacherAreLearned() throws IOException {
        Runs.Recorder recorder = new Runs.Recorder();
        builder(pairs(8, 1), Loss.MSE).optEpochs(1).optListener(recorder).build().run();
        assertThat(recorder.losses.get(0)).isCloseTo(0, within(1e-8));
    }

    /** A guide works in parts of a batch as in the whole. */
    @Test
    void aGuideTellsFalseNegativesApart() throws IOException {
        List<Double> losses = new ArrayList<>();
        for (int pairs : new int[] {8, 3}) {
            Runs.Recorder recorder = new Runs.Recorder();
            model.unload();
            builder(pairs(8, 1))
                    .optEmbedding(
                            EmbeddingOptions.builder()
                                    .optLoss(Loss.GIST)
                                    .optMargin(0.05)
                                    .optMiniBatch(pairs)
                                    .build())
                    .optEpochs(2)
                    .optOverwrite(true)
                    .optListener(recorder)
                    .build()
                    .run();
            losses.addAll(recorder.losses);
        }
        assertThat(losses.get(0)).isPositive();
        assertThat(losses.get(2)).isCloseTo(losses.get(0), within(1e-4));
        assertThat(losses.get(3)).isCloseTo(losses.get(1), within(1e-3));
    }

    @Test
    void anInterruptedRunDoesNotAskTheTeacherAgain() throws IOException {
        PairData data = pairs(16, 1);
        Runs.Recorder whole = new Runs.Recorder();
        builder(data, Loss.MARGIN_MSE).optListener(whole).build().run();
        assertThat(whole.notes).anyMatch(note -> note.contains("looks at the training data"));
        Path output = folder.resolve("again");
        Runs.Recorder stopped = new Runs.Recorder().stopAt(2, 1);
        model.unload();
        FineTuner tuner =
                builder(data, Loss.MARGIN_MSE).setOutput(output).optListener(stopped).build();
        assertThatThrownBy(tuner::run).isInstanceOf(Runs.StoppedException.class);
        Path kept = folder.resolve("again.partial/teacher.safetensors");
        assertThat(kept).exists();
        Runs.Recorder resumed = new Runs.Recorder();
        model.unload();
        builder(data, Loss.MARGIN_MSE).setOutput(output).optListener(resumed).build().run();
        assertThat(resumed.notes)
                .anyMatch(note -> note.contains("Resuming after epoch 1"))
                .noneMatch(note -> note.contains("looks at the training data"));
        assertThat(resumed.losses).isEqualTo(whole.losses.subList(1, 3));
        assertThat(kept.getParent()).doesNotExist();
        assertThat(Files.readAllBytes(output.resolve("adapter_model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("adapter/adapter_model.safetensors")));
    }

    @Test
    void refusesWhatCanNotBeLearned() throws IOException {
        TextData texts = Runs.texts(folder.resolve("t.tsv"), 8, "p", "q");
        TextData others = Runs.texts(folder.resolve("o.tsv"), 8, "p", "r");
        PairData pairs = pairs(8, 1);
        requireRefused(builder(pairs), "What is learned from a teacher is not chosen");
        requireRefused(builder(pairs, Loss.MNRL), "The loss mnrl learns from no teacher");
        requireRefused(
                builder(pairs(8, 0), Loss.MARGIN_MSE),
                "does not fit the loss margin-mse, which needs the column negative");
        requireRefused(
                builder(PairData.of(List.of(PairData.Row.scored("a", "b", 1))), Loss.COSENT),
                "has labels, but the loss cosent learns from the teacher");
        requireRefused(
                builder(pairs, Loss.GIST).optTeacherAdapter(reranker),
                "is for reranking, but the loss gist needs one that gives vectors of texts");
        requireRefused(
                builder(pairs, Loss.COSINE).optTeacherAdapter(classifier),
                "is for classification, but pairs are scored by a reranker");
        requireRefused(
                builder(pairs, Loss.MSE).optTeacherWeight(0.1),
                "The temperature and the weight of a teacher are for classes");
        requireRefused(builder(texts), "does not predict one of several classes");
        requireRefused(
                builder(texts).optTeacherAdapter(classifier).optClassWeights(ClassWeights.BALANCED),
                "A teacher says as much of every example");
        requireRefused(
                builder(others).optTeacherAdapter(classifier),
                "knows the classes p, q, but those of");
        requireRefused(
                builder(texts).optTeacher(null).optTeacherWeight(0.5),
                "was chosen, but no teacher");
        requireRefused(
                builder(texts).optTask(TaskKind.RERANKING),
                "A teacher is for classes and embeddings, but this is reranking");
        assertThat(model.names()).isEmpty();
        assertThatThrownBy(() -> builder(texts).optTeacher("none").build().run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> FineTuner.builder().optTeacherWeight(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The weight of the teacher must be greater than 0 and at most 1, got 0");
    }

    private static void requireRefused(FineTuner.Builder builder, String message) {
        assertThatThrownBy(() -> builder.build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
