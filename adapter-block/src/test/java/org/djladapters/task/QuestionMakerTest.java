/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.metric.EvaluationListener;
import org.junit.jupiter.api.Test;

class QuestionMakerTest {

    private static final Path MODELS = Path.of("src/test/resources/models");

    private static QuestionMaker.Builder builder(AdaptedModel model) {
        return QuestionMaker.builder()
                .setModel(model)
                .setCorpus(Corpus.of(Map.of("a", "1+2=3", "b", "4+5=9", "c", "4+5=9")))
                .optTemplate("{passage}=")
                .optTemperature(1)
                .optMaxNewTokens(40)
                .optQuestions(40);
    }

    @Test
    void whatIsWrittenIsCountedAndFollowsTheSeed() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(MODELS.resolve("tiny-llama"))) {
            List<Integer> done = new ArrayList<>();
            EvaluationListener listener =
                    new EvaluationListener() {
                        @Override
                        public void onExamples(int now, int all) {
                            done.add(now);
                        }
                    };

            QuestionMaker.Made made = builder(model).optListener(listener).build().make();

            // equal passages are one; most texts of a model that never learned have no end
            assertThat(made.written()).isEqualTo(80);
            assertThat(made.pairs().size() + made.empty() + made.repeated() + made.copied())
                    .isEqualTo(80);
            assertThat(made.pairs()).hasSizeGreaterThan(3).doesNotHaveDuplicates();
            assertThat(done).containsExactly(0, 64, 80);
            QuestionMaker.Made one = builder(model).optPassages(1).build().make();
            assertThat(one.written()).isEqualTo(40);
            assertThat(builder(model).optPassages(1).build().make()).isEqualTo(one);
            assertThat(builder(model).optPassages(1).optSeed(7).build().make().pairs())
                    .isNotEqualTo(one.pairs());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(MODELS.resolve("tiny-llama"))) {
            assertThatThrownBy(() -> builder(model).optTemplate("ask").build())
                    .hasMessage(
                            "The template 'ask' has no place for the passage; write {passage} where"
                                    + " it is to stand");
            assertThatThrownBy(
                            () ->
                                    QuestionMaker.builder()
                                            .setModel(model)
                                            .setCorpus(Corpus.of(Map.of("a", "b")))
                                            .optQuestions(2)
                                            .build())
                    .hasMessageContaining("set a temperature, or write one question");
            assertThatThrownBy(() -> builder(model).optChat(true).build().make())
                    .hasMessageContaining("has no chat template");
            assertThatThrownBy(() -> builder(model).optMaxNewTokens(500).build().make())
                    .hasMessageContaining("more than the");
        }
    }

    @Test
    void aRoundTripKeepsWhatFindsItsPassage() throws IOException {
        List<PairData.Row> rows =
                List.of(
                        PairData.Row.of("the red car", "the red car").withWeight(2),
                        PairData.Row.of("where is it", "is it here").withWeight(1),
                        PairData.Row.of("is it here", "the red car").withWeight(1));
        Corpus corpus = Corpus.of(Map.of("1", "where is it", "2", "is it here", "3", "a bill"));
        try (AdaptedModel model = AdaptedModel.open(MODELS.resolve("tiny-bert"))) {
            EvaluationListener silent = new EvaluationListener() {};
            // a text is nearest to itself, and four texts are searched
            assertThat(RoundTrip.keep(model, PairData.of(rows), corpus, 1, silent))
                    .singleElement()
                    .isEqualTo(PairData.of(rows).rows().get(0));
            assertThat(RoundTrip.keep(model, PairData.of(rows), corpus, 4, silent)).hasSize(3);
            assertThatThrownBy(() -> RoundTrip.keep(model, PairData.of(rows), corpus, 0, silent))
                    .hasMessageContaining("number of nearest passages");
        }
    }
}
