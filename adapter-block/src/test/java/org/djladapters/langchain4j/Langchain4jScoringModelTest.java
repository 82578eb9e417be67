/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.util.StringPair;
import dev.langchain4j.data.segment.TextSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.MovedAdapters;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Langchain4jScoringModelTest {

    private static final String BERT = "tiny-bert";
    private static final String QUERY = "where is my parcel";
    private static final List<TextSegment> PASSAGES =
            List.of(
                    TextSegment.from("parcels come on monday"),
                    TextSegment.from("bills are paid in may"),
                    TextSegment.from("it is late"));

    @TempDir private Path folder;

    private Path reranker;

    /** An adapter with one output for pairs, as training leaves it. */
    @BeforeEach
    void save() throws IOException {
        reranker = folder.resolve("reranker");
        try (AdaptedModel model = MovedAdapters.open(BERT)) {
            MovedAdapters.add(model, "r", new HeadConfig(1, HeadConfig.Pooling.CLS));
            AdapterDirectory.save(
                    model,
                    "r",
                    reranker,
                    AdapterDirectory.Layout.PACKED,
                    Map.of(
                            AdapterDirectory.LABELS,
                            "[]",
                            AdapterDirectory.PROVENANCE,
                            "{\"options\": {\"pairs\": \"true\", \"max_length\": \"32\"}}"));
        }
        assertThat(Files.exists(reranker)).isTrue();
    }

    private AdaptedModel open() throws IOException {
        AdaptedModel model = MovedAdapters.open(BERT, "a");
        AdapterDirectory.load(model, "r", reranker);
        return model;
    }

    private static Langchain4jScoringModel scoring(AdaptedModel model, String adapter)
            throws IOException {
        return Langchain4jScoringModel.builder().setModel(model).optAdapter(adapter).build();
    }

    @Test
    void aScoreIsWhatTheTaskModelPredictsOfThePair() throws Exception {
        try (AdaptedModel model = open();
                Langchain4jScoringModel scoring = scoring(model, "r");
                TaskModel<StringPair, Float> alone =
                        TaskModel.open(
                                Path.of("src/test/resources/models", BERT),
                                reranker,
                                StringPair.class,
                                Float.class)) {
            List<Float> expected =
                    alone.predict(
                            PASSAGES.stream().map(p -> new StringPair(QUERY, p.text())).toList());
            assertThat(expected).doesNotHaveDuplicates();
            assertThat(model.active()).containsExactly("a");
            List<Double> scores = scoring.scoreAll(PASSAGES, QUERY).content();
            assertThat(scores).hasSize(3);
            for (int i = 0; i < 3; i++) {
                assertThat(scores.get(i)).isCloseTo(expected.get(i), within(1e-5));
            }
            assertThat(scoring.score(PASSAGES.get(1), QUERY).content())
                    .isCloseTo(expected.get(1), within(1e-5));
            assertThat(scoring.scoreAll(List.of(), QUERY).content()).isEmpty();
        }
    }

    @Test
    void whatGivesNoScoreIsRefused() throws Exception {
        try (AdaptedModel model = open();
                Langchain4jScoringModel scoring = scoring(model, "r")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scoring(model, "a"))
                    .withMessageContaining("does not predict Float from StringPair");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scoring.scoreAll(PASSAGES, " "))
                    .withMessage("The query is empty; there is nothing to score for");
            assertThatIllegalArgumentException().isThrownBy(() -> scoring.scoreAll(PASSAGES, null));
            model.delete("r");
            assertThatIllegalStateException()
                    .isThrownBy(() -> scoring.scoreAll(PASSAGES, QUERY))
                    .withMessageContaining("was deleted");
        }
    }

    @Test
    void aClosedModelIsRefused() throws Exception {
        try (AdaptedModel model = open()) {
            Langchain4jScoringModel scoring = scoring(model, "r");
            scoring.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> scoring.scoreAll(PASSAGES, QUERY))
                    .withMessage("The scoring model was closed");
        }
    }
}
