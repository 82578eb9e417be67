/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankingFineTuningTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("adapter");
    }

    @Test
    void learnsTheOrderOfPassages() throws Exception {
        TextData train = candidates(20, 1);
        TextData dev = candidates(8, 1);
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.Recorder recorder = new Runs.Recorder();
            result = builder(model, train, dev).optListener(recorder).build().run();

            assertThat(result.metrics().keySet()).containsExactly("mrr@10", "ndcg@10", "map");
            assertThat(result.metrics().get("mrr@10")).isGreaterThan(0.9);
            assertThat(recorder.losses.get(0)).isLessThan(1);
            assertThat(model.adapter("default").headConfig())
                    .contains(new HeadConfig(1, HeadConfig.Pooling.MEAN));
            assertThat(result.provenance().options())
                    .containsEntry("task", "RERANKING")
                    .containsEntry("metric", "mrr@10");
        }
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, output, dev)).isEqualTo(result.metrics());
        }
        try (TaskModel<StringPair, Float> scorer =
                TaskModel.open(
                        Path.of("src/test/resources/models", BERT),
                        output,
                        StringPair.class,
                        Float.class)) {
            List<Float> scores =
                    scorer.predict(
                            List.of(
                                    new StringPair("x y", "m n m n m."),
                                    new StringPair("x y", "a b a b.")));
            assertThat(scores).allMatch(score -> score > 0 && score < 1);
            assertThat(scores.get(0)).isGreaterThan(scores.get(1));
        }
    }

    @Test
    void gradesAreDividedByTheLargest() throws IOException {
        List<Double> losses = new ArrayList<>();
        for (int grade : new int[] {1, 3}) {
            TextData data = candidates(6, grade);
            Runs.Recorder recorder = new Runs.Recorder();
            try (AdaptedModel model = Runs.open(BERT)) {
                builder(model, data, data)
                        .setOutput(folder.resolve("grade" + grade))
                        .optEpochs(2)
                        .optListener(recorder)
                        .build()
                        .run();
            }
            losses.add(recorder.losses.get(1));
        }
        assertThat(losses.get(0)).isEqualTo(losses.get(1));
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        TextData good = candidates(2, 1);
        try (AdaptedModel model = Runs.open(BERT)) {
            assertRefused(model, texts("1 a", "0 b"), "holds no pairs; reranking needs rows with");
            assertRefused(model, texts("yes a b", "no a c"), "yes");
            assertRefused(model, texts("-1 a b", "1 a c"), "the relevance is -1, but must be 0");
            assertRefused(model, texts("0 a b", "0 a c"), "so no passage is relevant");
            assertThatThrownBy(
                            () ->
                                    builder(model, good, texts("1 a b", "1 a c", "1 b c"))
                                            .build()
                                            .run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("have the same label, so there is nothing to measure");
        }
    }

    private void assertRefused(AdaptedModel model, TextData train, String message) {
        assertThatThrownBy(() -> builder(model, train, train).build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private FineTuner.Builder builder(AdaptedModel model, LabelledData train, LabelledData dev) {
        return Runs.builder(model, BERT, train, dev, output)
                .optTask(TaskKind.RERANKING)
                .optEpochs(5);
    }

    /** "label query[ passage]". */
    private static TextData texts(String... rows) {
        List<TextData.Row> data = new ArrayList<>();
        for (String row : rows) {
            String[] cells = row.split(" ", -1);
            data.add(
                    cells.length == 2
                            ? TextData.Row.of(cells[0], cells[1])
                            : TextData.Row.of(cells[0], cells[1], cells[2]));
        }
        return TextData.of(data);
    }

    /** Queries with three candidates each, of which one, of other letters, is relevant. */
    private static TextData candidates(int queries, int grade) {
        Random random = new Random(queries);
        List<TextData.Row> rows = new ArrayList<>();
        for (int query = 0; query < queries; query++) {
            for (int i = 0; i < 3; i++) {
                boolean relevant = i == query % 3;
                StringBuilder passage = new StringBuilder();
                for (int word = 0; word < 3 + random.nextInt(6); word++) {
                    passage.append((relevant ? "mn" : "abcd").charAt(random.nextInt(2)))
                            .append(' ');
                }
                String label = Integer.toString(relevant ? grade : 0);
                rows.add(TextData.Row.of(label, "x".repeat(query + 1), passage + "."));
            }
        }
        return TextData.of(rows);
    }
}
