/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.data.AnswerData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.answers.Answer;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that answer and rerank, with adapters and merged. */
class AnswerModelTest {

    private static final HeadConfig SPAN = new HeadConfig(2, HeadConfig.Pooling.SPAN);
    private static final HeadConfig ONE = new HeadConfig(1, HeadConfig.Pooling.MEAN);
    private static final String TEXT =
            "the boat lies at the pier. nobody rows it in winter, since the lake is frozen. in"
                    + " spring it is painted green, and the old oars are oiled.";

    /** Scores and logits of size one, of two layers in float32 that add up in another order. */
    private static final double FLOAT32 = 1e-5;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta"})
    void aMergedModelAnswersAsTheAdaptedOne(String base) throws Exception {
        Path adapter = answering(base, 48, false);
        Path merged = folder.resolve("merged");
        List<QAInput> questions =
                List.of(new QAInput("what is it?", TEXT), new QAInput("where?", "at the pier"));
        List<Answer> expected;
        try (TaskModel<QAInput, Answer> task =
                TaskModel.open(Models.directory(base), adapter, QAInput.class, Answer.class)) {
            expected = task.predict(questions);
            task.export(merged);
            assertThat(task.usage()).contains("setTypes(QAInput.class, Answer.class)");
        }

        for (Answer answer : expected) {
            assertThat(answer.text()).isNotBlank();
            assertThat(answer.score()).isGreaterThan(0).isLessThan(1);
        }
        Answer first = expected.get(0);
        assertThat(TEXT.substring(first.start(), first.end())).isEqualTo(first.text());
        Criteria<QAInput, Answer> criteria =
                Criteria.builder()
                        .setTypes(QAInput.class, Answer.class)
                        .optModelPath(merged)
                        .optTranslatorFactory(new TaskTranslatorFactory())
                        .build();
        try (ZooModel<QAInput, Answer> opened = criteria.loadModel();
                Predictor<QAInput, Answer> predictor = opened.newPredictor()) {
            assertSame(predictor.batchPredict(questions), expected);
        }
        try (TaskModel<QAInput, Answer> task =
                TaskModel.open(merged, QAInput.class, Answer.class)) {
            assertSame(task.predict(questions), expected);
        }
    }

    private static void assertSame(List<Answer> answers, List<Answer> expected) {
        assertThat(answers).hasSameSizeAs(expected);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).text()).isEqualTo(expected.get(i).text());
            assertThat(answers.get(i).start()).isEqualTo(expected.get(i).start());
            assertThat(answers.get(i).score()).isCloseTo(expected.get(i).score(), within(FLOAT32));
        }
    }

    @Test
    void aMergedModelSaysWhatItIs() throws Exception {
        Path adapter = answering("tiny-bert", 48, true);
        Path merged = folder.resolve("merged");
        try (TaskModel<QAInput, Answer> task =
                TaskModel.open(
                        Models.directory("tiny-bert"), adapter, QAInput.class, Answer.class)) {
            task.export(merged);
        }

        assertThat(merged.resolve("config.json")).content().contains("BertForQuestionAnswering");
        assertThat(merged.resolve("serving.properties"))
                .content()
                .contains(
                        "translatorFactory=ai.djl.huggingface.translator"
                                + ".QuestionAnsweringTranslatorFactory",
                        "maxLength=48",
                        "docStride=8",
                        "unanswerable=true");
    }

    /** Its own head gives the arrays that a new one gives; it is trained again as it is. */
    @Test
    void aMergedModelHasAHeadOfItsOwn() throws Exception {
        Path adapter = answering("tiny-bert", 48, false);
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", adapter);
            NDList inputs = inputs(manager, model.inputNames());
            NDList expected = model.predict(inputs);
            assertThat(names(expected)).containsExactly("start_logits", "end_logits");
            try (TaskModel<QAInput, Answer> task =
                    TaskModel.of(model, QAInput.class, Answer.class)) {
                task.export(merged);
            }
            try (AdaptedModel opened = AdaptedModel.open(merged)) {
                NDList outputs = opened.predict(inputs);
                for (String name : names(expected)) {
                    assertThat(
                                    outputs.get(name)
                                            .allClose(expected.get(name), FLOAT32, FLOAT32, false))
                            .isTrue();
                }
                AnswerData data =
                        AnswerData.of(
                                List.of(
                                        new AnswerData.Row(
                                                "1",
                                                "where?",
                                                TEXT,
                                                List.of(
                                                        new AnswerData.Reference(
                                                                "the pier", 17)))));
                assertThat(Evaluator.evaluate(opened, adapterOf(opened), data))
                        .containsOnlyKeys("f1", "exact_match");
            }
        }
    }

    /** An adapter without a head, trained for answers. */
    private Path adapterOf(AdaptedModel model) throws IOException {
        return TrainedAdapters.save(
                model.directory().orElseThrow().path(),
                null,
                Map.of(AdapterDirectory.PROVENANCE, provenance("QUESTION_ANSWERING", 48, false)),
                folder.resolve("headless"));
    }

    @Test
    void aMergedModelScoresAsTheAdaptedOne() throws Exception {
        Path adapter =
                TrainedAdapters.save(
                        "tiny-bert",
                        ONE,
                        Map.of(
                                AdapterDirectory.LABELS,
                                LabelsFile.text(List.of()),
                                AdapterDirectory.PROVENANCE,
                                provenance("RERANKING", 32, false)),
                        folder.resolve("reranker"));
        Path merged = folder.resolve("merged");
        List<StringPair> pairs =
                List.of(new StringPair("the boat", TEXT), new StringPair("oars", "an old oar"));
        List<Float> expected;
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(
                        Models.directory("tiny-bert"), adapter, StringPair.class, Float.class)) {
            expected = task.predict(pairs);
            task.export(merged);
        }

        assertThat(expected).allMatch(score -> score > 0 && score < 1);
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(merged, StringPair.class, Float.class)) {
            List<Float> scores = task.predict(pairs);
            assertThat(scores.get(0)).isCloseTo(expected.get(0), within((float) FLOAT32));
            assertThat(scores.get(1)).isCloseTo(expected.get(1), within((float) FLOAT32));
        }
        assertThat(Files.readString(merged.resolve("serving.properties")))
                .contains("reranking=true")
                .doesNotContain("sigmoid=false");
    }

    private Path answering(String base, int maxLength, boolean unanswerable) throws IOException {
        return TrainedAdapters.save(
                base,
                SPAN,
                Map.of(
                        AdapterDirectory.PROVENANCE,
                        provenance("QUESTION_ANSWERING", maxLength, unanswerable)),
                folder.resolve("adapter"));
    }

    private static String provenance(String kind, int maxLength, boolean unanswerable) {
        return """
        {"options": {"task": "%s", "max_length": "%d", "doc_stride": "8",
          "unanswerable": "%s"}}
        """
                .formatted(kind, maxLength, unanswerable);
    }

    private static NDList inputs(NDManager manager, List<String> names) {
        NDList inputs = new NDList();
        for (String name : names) {
            long[][] ids = {{5, 6, 7, 8, 9, 10, 11}, {12, 11, 10, 9, 8, 7, 6}};
            long[][] ones = {{1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 0, 0}};
            long[][] types = {{0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 1, 1, 1}};
            inputs.add(
                    manager.create(
                            switch (name) {
                                case "attention_mask" -> ones;
                                case "token_type_ids" -> types;
                                default -> ids;
                            }));
        }
        return inputs;
    }

    private static List<String> names(NDList arrays) {
        return arrays.stream().map(array -> array.getName()).toList();
    }
}
