/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.nlp.translator.NamedEntity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TokenData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.Metrics;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTuningTest {

    private static final String BERT = "tiny-bert";
    private static final String OWN_HEAD = "tiny-bert-tokens";
    private static final String CLASSIFIER = "tiny-bert-classifier";

    @TempDir private Path folder;

    /** The fox is a person, and so are two of them; java is a place. */
    private static TokenData sentences(int rows, int length, long seed) {
        Random random = new Random(seed);
        List<TokenData.Row> sentences = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<String> words = new ArrayList<>();
            List<String> tags = new ArrayList<>();
            while (words.size() < length) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        words.addAll(List.of("fox", "dog"));
                        tags.addAll(List.of("B-PER", "I-PER"));
                    }
                    case 1 -> {
                        words.add("java");
                        tags.add("B-LOC");
                    }
                    default -> {
                        words.add(List.of("the", "is", "with", "over", "!").get(random.nextInt(5)));
                        tags.add("O");
                    }
                }
            }
            sentences.add(TokenData.Row.of(words, tags));
        }
        return TokenData.of(sentences);
    }

    private FineTuner.Builder tuner(AdaptedModel model, LabelledData train, LabelledData dev) {
        return Runs.builder(model, BERT, train, dev, folder.resolve("adapter"));
    }

    @Test
    void learnsToFindEntities() throws Exception {
        TokenData train = sentences(48, 9, 1);
        TokenData dev = sentences(12, 9, 2);
        Path output = folder.resolve("adapter");
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            result = tuner(model, train, dev).optEpochs(6).build().run();

            assertThat(model.adapter("default").headConfig())
                    .contains(new HeadConfig(5, HeadConfig.Pooling.NONE));
        }
        assertThat(result.metrics().keySet()).containsExactly("f1", "precision", "recall");
        assertThat(result.metrics().get("f1")).isGreaterThan(0.9);
        assertThat(AdapterDirectory.labels(output))
                .containsExactly("O", "B-LOC", "I-LOC", "B-PER", "I-PER");
        assertThat(Evaluator.task(output)).contains(TaskKind.TOKEN_CLASSIFICATION);
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, output, dev)).isEqualTo(result.metrics());
        }
        try (TaskModel<String, NamedEntity[]> task = open(output)) {
            assertThat(predicted(task, dev)).isEqualTo(result.metrics());
            String text = "\u200dJava, with the fox  dog!";
            NamedEntity[] found = task.predict(List.of(text, "", "!")).get(0);
            assertThat(found).hasSize(2);
            assertThat(found[0].getEntity()).isEqualTo("LOC");
            assertThat(found[0].getWord()).isEqualTo("\u200dJava");
            assertThat(found[0].getIndex()).isZero();
            assertThat(found[1].getEntity()).isEqualTo("PER");
            assertThat(found[1].getWord()).isEqualTo("fox  dog");
            assertThat(found[1].getStart()).isEqualTo(text.indexOf("fox"));
            assertThat(found[1].getEnd()).isEqualTo(text.indexOf("!"));
            assertThat(found[1].getIndex()).isEqualTo(4);
            assertThat(found[1].getScore()).isBetween(0.3f, 1f);
            assertThat(task.predict(List.of("", " "))).allMatch(entities -> entities.length == 0);
        }
    }

    private static TaskModel<String, NamedEntity[]> open(Path adapter) throws IOException {
        Path base = Path.of("src/test/resources/models", BERT);
        return TaskModel.open(base, adapter, String.class, NamedEntity[].class);
    }

    /** The metrics of what is predicted from the text of the sentences. */
    private static Map<String, Double> predicted(
            TaskModel<String, NamedEntity[]> task, TokenData data) throws Exception {
        List<String> texts = data.rows().stream().map(r -> String.join(" ", r.words())).toList();
        List<List<String>> tags = new ArrayList<>();
        List<NamedEntity[]> all = task.predict(texts);
        for (int row = 0; row < data.size(); row++) {
            List<String> words = data.rows().get(row).words();
            List<String> sentence = new ArrayList<>(Collections.nCopies(words.size(), "O"));
            for (NamedEntity entity : all.get(row)) {
                int count = entity.getWord().split(" ").length;
                for (int i = 0; i < count; i++) {
                    String prefix = i == 0 ? "B-" : "I-";
                    sentence.set(entity.getIndex() + i, prefix + entity.getEntity());
                }
            }
            tags.add(sentence);
        }
        return Metrics.ofEntities(tags, data.rows().stream().map(TokenData.Row::tags).toList());
    }

    @Test
    void everyWordOfALongSentenceIsPredicted() throws Exception {
        TokenData dev = sentences(3, 400, 3);
        Path output = folder.resolve("adapter");
        try (AdaptedModel model = Runs.open(BERT)) {
            tuner(model, sentences(48, 9, 1), dev).optEpochs(4).optMaxLength(16).build().run();
        }
        try (TaskModel<String, NamedEntity[]> task = open(output);
                AdaptedModel fresh = Runs.open(BERT)) {
            Map<String, Double> metrics = Evaluator.evaluate(fresh, output, dev);
            assertThat(metrics.get("recall")).isGreaterThan(0.8);
            assertThat(predicted(task, dev)).isEqualTo(metrics);
            assertThatThrownBy(() -> task.predict("the fox ".repeat(2000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("windows, the parts that the model reads");
        }
    }

    @Test
    void trainsTheHeadOfAModelThatHasOneInTheOrderOfItsLabels() throws Exception {
        TokenData data = sentences(24, 9, 1);
        Path output = folder.resolve("adapter");
        try (AdaptedModel model = Runs.open(OWN_HEAD)) {
            FineTuningResult result = tuner(model, data, data).optEpochs(5).build().run();

            assertThat(result.metrics().get("f1")).isGreaterThan(0.8);
            assertThat(model.adapter("default").headConfig()).isEmpty();
            assertThat(model.adapter("default").savedModules())
                    .containsOnlyKeys("classifier.weight", "classifier.bias");
            try (TaskModel<String, NamedEntity[]> task =
                    TaskModel.of(model, String.class, NamedEntity[].class, "default")) {
                assertThat(predicted(task, data)).isEqualTo(result.metrics());
            }
        }
        assertThat(AdapterDirectory.labels(output))
                .containsExactly("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
    }

    @Test
    void aModelWithSuchAHeadFindsEntitiesWithoutAnAdapter() throws Exception {
        try (AdaptedModel model = Runs.open(OWN_HEAD);
                TaskModel<String, NamedEntity[]> task =
                        TaskModel.of(model, String.class, NamedEntity[].class)) {
            assertThat(task.labels()).containsExactly("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
            assertThat(task.predict(List.of("the fox is java"))).hasSize(1);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        TokenData data = sentences(4, 9, 1);
        TokenData other =
                TokenData.of(List.of(TokenData.Row.of(List.of("x", "y"), List.of("O", "B-ORG"))));
        TokenData none = TokenData.of(List.of(TokenData.Row.of(List.of("x"), List.of("O"))));
        LabelledData texts = Runs.texts(folder.resolve("texts.tsv"), 6, "a", "b");
        try (AdaptedModel model = Runs.open(BERT);
                AdaptedModel own = Runs.open(OWN_HEAD);
                AdaptedModel classifier = Runs.open(CLASSIFIER);
                AdaptedModel images = Runs.open("tiny-vit")) {
            assertRefused(
                    tuner(model, data, other),
                    "row 1 of the data in memory: the tag 'B-ORG' of the word 'y' is not among"
                            + " those of the training data or the model: O, B-LOC, I-LOC, B-PER,"
                            + " I-PER");
            assertRefused(tuner(model, none, none), "has no entities, only the tag O");
            assertRefused(tuner(model, data, texts), "holds no tags of words");
            assertRefused(
                    tuner(model, texts, texts).optTask(TaskKind.TOKEN_CLASSIFICATION),
                    "holds no tags of words");
            assertRefused(
                    tuner(model, data, data).optPooling(HeadConfig.Pooling.CLS),
                    "The task token classification does not pool");
            assertRefused(
                    tuner(model, data, data).optPairEncoding(HeadConfig.PairEncoding.BI),
                    "The task token classification has no pair encoding bi; leave it out");
            assertRefused(tuner(own, other, other), "has 5 outputs, but the training data");
            assertRefused(tuner(classifier, data, data), "nor logits for every token");
            assertRefused(tuner(images, data, data), "Text can't fill the model input");
            assertRefused(tuner(own, texts, texts), "shape (1, 4, 5)");
            assertRefused(tuner(model, data, data).optTask(TaskKind.CLASSIFICATION), "TokenData");
        }
        assertThat(folder.toFile().list()).containsExactly("texts.tsv");
    }

    private static void assertRefused(FineTuner.Builder tuner, String message) {
        assertThatThrownBy(() -> tuner.build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
