/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.nlp.qa.QAInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.AnswerData;
import org.djladapters.data.AnswerData.Reference;
import org.djladapters.data.AnswerData.Row;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.djladapters.task.answers.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFineTuningTest {

    private static final String BERT = "tiny-bert";

    /** Three inputs, two places and what shuts fillers out. */
    private static final int ARRAYS_OF_A_BATCH = 6;

    @TempDir private Path folder;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("adapter");
    }

    @Test
    void findsAnswersInWindowsOfALongText() throws Exception {
        AnswerData train = questions(40, false);
        AnswerData dev = questions(20, false);
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            result = builder(model, BERT, train, dev).build().run();

            assertThat(result.metrics().keySet()).containsExactly("f1", "exact_match");
            assertThat(result.metrics().get("exact_match")).isGreaterThan(0.9);
            assertThat(model.adapter("default").headConfig())
                    .contains(new HeadConfig(2, HeadConfig.Pooling.SPAN));
            assertThat(result.provenance().options())
                    .containsEntry("task", "QUESTION_ANSWERING")
                    .containsEntry("metric", "f1")
                    .containsEntry("max_length", "24")
                    .containsEntry("doc_stride", "4")
                    .containsEntry("unanswerable", "false")
                    .containsEntry("pooling", "span");
        }
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, output, dev)).isEqualTo(result.metrics());
        }
        try (TaskModel<QAInput, Answer> answers =
                TaskModel.open(
                        Path.of("src/test/resources/models", BERT),
                        output,
                        QAInput.class,
                        Answer.class)) {
            String text = "a b c a d b a c d a b c d a b c a d b a c d a m n a b c.";
            Answer answer = answers.predict(new QAInput("x y?", text));

            assertThat(answer.text()).isEqualTo("m n");
            assertThat(answer.start()).isEqualTo(text.indexOf("m n"));
            assertThat(answer.end()).isEqualTo(answer.start() + 3);
            assertThat(answer.score()).isBetween(0.0, 1.0);

            String filler = "a b c d ".repeat(200);
            String longText = filler + text; // more windows than the model reads at once
            Answer late = answers.predict(new QAInput("x y?", longText));
            assertThat(late.text()).isEqualTo("m n");
            assertThat(late.start()).isEqualTo(longText.indexOf("m n"));
            QAInput tooLong = new QAInput("x y?", filler.repeat(10));
            assertThatThrownBy(() -> answers.predict(tooLong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("split the text");
        }
    }

    @Test
    void learnsThatThereMayBeNoAnswer() throws Exception {
        AnswerData train = questions(60, true);
        AnswerData dev = questions(20, true);
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result = builder(model, BERT, train, dev).build().run();

            assertThat(result.metrics().get("exact_match")).isGreaterThan(0.9);
            assertThat(result.provenance().options()).containsEntry("unanswerable", "true");
            try (TaskModel<QAInput, Answer> answers =
                    TaskModel.of(model, QAInput.class, Answer.class)) {
                List<Answer> found =
                        answers.predict(
                                List.of(
                                        new QAInput("x y?", "a b c d a b c d a b."),
                                        new QAInput("x y?", "a b c m n a b."),
                                        new QAInput("x y?", " ")));
                assertThat(found).extracting(Answer::text).containsExactly("", "m n", "");
                assertThat(found).allMatch(answer -> answer.score() > 0 && answer.score() < 1);
            }
        }
    }

    @Test
    void theLossDoesNotDependOnFillers() throws IOException {
        // one long and one short question, in one batch or each alone
        AnswerData together = questions(2, false);
        List<Double> losses = new ArrayList<>();
        for (int batch : new int[] {2, 1}) {
            Runs.Recorder recorder = new Runs.Recorder();
            try (AdaptedModel model = Runs.open(BERT)) {
                builder(model, BERT, together, together)
                        .setOutput(folder.resolve("batch" + batch))
                        .optMaxLength(64)
                        .optBatchSize(batch)
                        .optEpochs(1)
                        .optLearningRate(1e-12)
                        .optHeadLearningRate(1e-12)
                        .optListener(recorder)
                        .build()
                        .run();
            }
            losses.add(recorder.losses.get(0));
        }
        assertThat(losses.get(0)).isCloseTo(losses.get(1), within(1e-5));
    }

    @Test
    void everyBatchIsReleased() throws IOException {
        AnswerData data = questions(24, false);
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.assertReleasesArrays(
                    model,
                    builder(model, BERT, data, data).optMaxLength(64).optEpochs(3),
                    ARRAYS_OF_A_BATCH);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        AnswerData data = questions(4, false);
        TextData texts = TextData.of(List.of(TextData.Row.of("1", "a"), TextData.Row.of("0", "b")));
        try (AdaptedModel model = Runs.open(BERT);
                AdaptedModel classifier = Runs.open("tiny-bert-classifier")) {
            assertRefused(
                    builder(model, BERT, texts, texts).optTask(TaskKind.QUESTION_ANSWERING),
                    "holds no questions with answers");
            assertRefused(
                    builder(model, BERT, data, data).optPooling(HeadConfig.Pooling.CLS),
                    "The task question answering does not pool, but pooling 'cls' was chosen");
            assertRefused(
                    Runs.builder(model, BERT, texts, texts, output).optDocStride(8),
                    "Windows overlap in question answering only");
            assertRefused(
                    builder(classifier, BERT, data, data),
                    "neither hidden states nor logits of starts and ends");
            assertRefused(
                    builder(model, BERT, data, data).optMaxLength(5),
                    "the data in memory, question '0': The question has 3 tokens");
        }
    }

    private static void assertRefused(FineTuner.Builder builder, String message) {
        assertThatThrownBy(() -> builder.build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private FineTuner.Builder builder(
            AdaptedModel model, String name, LabelledData train, LabelledData dev) {
        return Runs.builder(model, name, train, dev, output)
                .optMaxLength(24)
                .optDocStride(4)
                .optEpochs(12);
    }

    /** Texts of letters, some with "m n" among them, which is the answer to every question. */
    static AnswerData questions(int rows, boolean unanswerable) {
        Random random = new Random(rows);
        List<Row> questions = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            boolean answered = !unanswerable || row % 2 == 0;
            StringBuilder text = letters(random);
            int start = text.length();
            text.append(answered ? "m n " : "").append(letters(random)).append('.');
            questions.add(
                    new Row(
                            Integer.toString(row),
                            "x y?",
                            text.toString(),
                            answered ? List.of(new Reference("m n", start)) : List.of()));
        }
        return AnswerData.of(questions);
    }

    private static StringBuilder letters(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2 + random.nextInt(14); i++) {
            text.append("abcd".charAt(random.nextInt(4))).append(' ');
        }
        return text;
    }
}
